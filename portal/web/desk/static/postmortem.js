/* Writing a postmortem: says when a section could not be saved, tries again, saves before another form of the page is
   sent, and asks before unsaved words are left. */
"use strict"

{
  const kept = document.getElementById("kept")
  const before = kept?.textContent
  const unsaved = new Set()
  const sending = new Set()
  let waiting = null

  const say = (words, late) => {
    if (!kept) return
    kept.textContent = words
    kept.classList.toggle("save__said--late", late)
  }

  const later = (area, words) => {
    say(words, true)
    waiting = null
    setTimeout(() => { if (unsaved.has(area)) htmx.trigger(area, "retry") }, 5000)
  }

  document.addEventListener("input", event => {
    if (event.target.closest("#form-write")) unsaved.add(event.target)
  })

  /* Sections save themselves; the title, and all of what is public already, only with the button. */
  document.addEventListener("submit", event => {
    if (event.target.id === "form-write") return unsaved.clear()
    const areas = [...unsaved].filter(one => one.hasAttribute("hx-post"))
    if (!areas.length && !sending.size) return
    event.preventDefault()
    waiting = [event.target, event.submitter]
    for (const one of areas) htmx.trigger(one, "retry")
  })

  document.addEventListener("htmx:beforeRequest", event => {
    unsaved.delete(event.target)
    sending.add(event.target)
  })

  document.addEventListener("htmx:afterRequest", event => {
    sending.delete(event.detail.elt)
    if (!event.detail.successful || !waiting || sending.size) return
    const [form, button] = waiting
    waiting = null
    form.requestSubmit(button)
  })

  document.addEventListener("htmx:beforeSwap", event => {
    const area = event.detail.requestConfig.elt
    const status = event.detail.xhr.status
    if (status < 400) return say(before, false)
    unsaved.add(area)
    waiting = null
    if (status === 409 && event.detail.xhr.responseText.includes("meanwhile")) {
      return say("Somebody else changed a section meanwhile: look beside it.", true)
    }
    event.detail.shouldSwap = false
    if (status === 401 || status === 403) {
      return later(area, "Not saved: you are signed out. Sign in again in another tab; your words wait here.")
    }
    later(area, "Not saved yet; trying again.")
  })

  document.addEventListener("htmx:sendError", event => {
    unsaved.add(event.detail.elt)
    later(event.detail.elt, "Not saved: the portal can't be reached. Your words wait here.")
  })

  addEventListener("beforeunload", event => { if (unsaved.size) event.preventDefault() })

  /* A link to a section opens it. */
  const open = () => {
    const section = location.hash.startsWith("#section-") && document.getElementById(location.hash.slice(1))
    if (section) section.open = true
  }
  addEventListener("hashchange", open)
  open()
}
