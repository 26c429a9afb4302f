/* Writing a postmortem: says when a section could not be saved, tries again, and asks before unsaved words are left. */
"use strict"

{
  const kept = document.getElementById("kept")
  const before = kept?.textContent
  const unsaved = new Set()

  function say(words, late) {
    if (!kept) return
    kept.textContent = words
    kept.classList.toggle("save__said--late", late)
  }

  function later(area, words) {
    say(words, true)
    setTimeout(() => { if (unsaved.has(area)) htmx.trigger(area, "retry") }, 5000)
  }

  document.addEventListener("input", event => {
    if (event.target.closest("#form-write")) unsaved.add(event.target)
  })

  document.addEventListener("submit", () => unsaved.clear())

  document.addEventListener("htmx:beforeRequest", event => { unsaved.delete(event.target) })

  document.addEventListener("htmx:beforeSwap", event => {
    const area = event.detail.requestConfig.elt
    const status = event.detail.xhr.status
    if (status < 400) return say(before, false)
    unsaved.add(area)
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
  function open() {
    const section = location.hash.startsWith("#section-") && document.getElementById(location.hash.slice(1))
    if (section) section.open = true
  }
  addEventListener("hashchange", open)
  open()
}
