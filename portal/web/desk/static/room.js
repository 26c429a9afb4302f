/* An open board or room keeps up: it asks for its parts again, leaves them alone while they are the same or in use, keeps
   what is opened and focused, and says only what is new. */
"use strict"

const EVERY = 10000

function busy(part) {
  const at = document.activeElement
  return part.matches(":active") || part.contains(at) && at.matches("input:not([type=hidden]), textarea, select")
}

/** The same element in a newer part: by its id, else the one that says and does the same. */
function same(one, next) {
  return one.id ? next.querySelector(`#${CSS.escape(one.id)}`) : [...next.querySelectorAll(one.localName)].find(other => one.isEqualNode(other))
}

async function look(part) {
  if (document.hidden || busy(part)) return
  const headers = { "HX-Request": "true", "If-None-Match": `"${part.dataset.mark}"` }
  let answer
  try { answer = await fetch(part.dataset.watch, { headers, credentials: "same-origin", cache: "no-store" }) } catch { return }
  if (answer.status !== 200) return
  const read = new DOMParser().parseFromString(await answer.text(), "text/html")
  const next = read.getElementById(part.id)
  if (next && part.isConnected && !busy(part)) put(part, next)
}

function put(part, next) {
  const at = part.contains(document.activeElement) ? same(document.activeElement, next) : null
  for (const one of part.querySelectorAll("details[id][open]")) {
    next.querySelector(`details[id="${CSS.escape(one.id)}"]`)?.setAttribute("open", "")
  }
  part.replaceWith(next)
  window.htmx?.process(next)
  at?.focus({ preventScroll: true })
  if (next.dataset.news && next.dataset.news !== part.dataset.news) {
    document.getElementById("said").textContent = next.dataset.news
  }
}

function watch() {
  for (const part of document.querySelectorAll("[data-watch]")) look(part)
}

setInterval(watch, EVERY)
document.addEventListener("visibilitychange", () => { if (!document.hidden) watch() })

/* A link to a folded part opens it. */
function unfold() {
  const at = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (!at) return
  for (let one = at; one; one = one.parentElement) if (one.localName === "details") one.open = true
}

addEventListener("hashchange", unfold)
unfold()

/* Where there is room, nothing is folded. */
if (matchMedia("(min-width: 60rem)").matches) {
  for (const one of document.querySelectorAll("details.foldable")) one.open = true
}
