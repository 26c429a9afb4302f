/* Writing a post: keeps what is typed in this browser until the portal has it, says how it is kept, fills in local
   times. The form works without it. */
"use strict"

const form = document.getElementById("post")
const place = name => `post:${name}`
let unsent = false

function put(name, value) {
  try { value ? localStorage.setItem(name, value) : localStorage.removeItem(name) } catch { /* private window */ }
}

function got(name) {
  try { return localStorage.getItem(name) } catch { return null }
}

function say(words) {
  const saved = document.getElementById("saved")
  if (saved) saved.textContent = words
}

function localTimes() {
  for (const one of document.querySelectorAll("[data-local]")) {
    const at = new Date(one.dataset.local)
    if (at.getTimezoneOffset() === 0) continue
    const here = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
    one.textContent = `${one.dataset.local.slice(11, 16)} UTC is ${here} where you are.`
  }
}

function typed() {
  const said = {}
  for (const one of form.elements) {
    const kept = one.name && !one.name.startsWith("_") && one.type !== "hidden" && one.type !== "submit"
    if (kept && (one.type === "checkbox" || one.type === "radio" ? one.checked : true)) said[one.name] = one.value
  }
  return said
}

function restore() {
  const kept = got(place(form.dataset.ref))
  if (!kept) return
  const { tab, said } = JSON.parse(kept)
  if (tab === form.elements.tab.value) { // this page answers a press that carried all of it
    put(place(form.dataset.ref), null)
    return
  }
  if (said.body === undefined || said.body === form.elements.body.value) return
  for (const one of form.elements) {
    if (!(one.name in said) || one.type === "hidden") continue
    if (one.type === "radio") one.checked = one.value === said[one.name]
    else if (one.type !== "checkbox") one.value = said[one.name]
  }
  touched()
  say("This browser had kept newer words; here they are.")
  htmx.trigger(form, "kept")
}

/** What only the writer knows waits under the cursor: typing fills it in. */
function chooseBlank() {
  const body = form.elements.body
  const blank = body.value.indexOf("___")
  if (blank < 0 || document.querySelector("[data-focus]")) return
  body.focus()
  body.setSelectionRange(blank, blank + 3)
}

function touched() {
  unsent = true
  document.getElementById("touched").value = "1"
}

function failed(words) {
  say(words)
  setTimeout(() => { if (unsent) htmx.trigger(form, "kept") }, 4000)
}

function writing() {
  for (const kind of ["input", "change"]) {
    form.addEventListener(kind, () => {
      touched()
      put(place(form.dataset.ref), JSON.stringify({ tab: form.elements.tab.value, said: typed() }))
    })
  }
  form.addEventListener("htmx:beforeRequest", () => { unsent = false })
  form.addEventListener("htmx:beforeSwap", event => {
    const status = event.detail.xhr.status
    if (status < 400) {
      if (!unsent) put(place(form.dataset.ref), null)
      return
    }
    event.detail.shouldSwap = false
    unsent = true
    if (status === 401 || status === 403) {
      say("You are not signed in any more. This browser keeps your words: sign in in another tab, then go on here.")
      setTimeout(() => htmx.trigger(form, "kept"), 4000)
    } else failed("Not kept by the portal yet; this browser has it and tries again.")
  })
  form.addEventListener("htmx:sendError", () => {
    unsent = true
    failed("No connection. This browser has your words and tries again.")
  })
  document.body.addEventListener("htmx:afterSettle", localTimes)
  window.addEventListener("online", () => htmx.trigger(form, "kept"))
  restore()
  chooseBlank()
}

document.addEventListener("DOMContentLoaded", () => {
  localTimes()
  if (form) writing()
  const posted = document.querySelector("[data-posted]")
  if (posted) put(place(posted.dataset.posted), null)
})
