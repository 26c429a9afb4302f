/* An open board or room keeps up: it asks for its parts again, leaves them alone while they are the same, keeps what is
   opened and focused, and says only what is new. */
"use strict"

const EVERY = 10000
const known = new Map()
let news = document.getElementById("now")?.dataset.news

function opened(part) {
  return [...part.querySelectorAll("details[id][open]")].map(one => one.id)
}

function busy(part) {
  const at = document.activeElement
  return part.contains(at) && at.matches("input, textarea, select")
}

async function look(part) {
  if (document.hidden || busy(part)) return
  const address = part.dataset.watch
  const headers = { "HX-Request": "true" }
  if (known.has(address)) headers["If-None-Match"] = known.get(address)
  let answer
  try { answer = await fetch(address, { headers, credentials: "same-origin", cache: "no-store", redirect: "error" }) } catch { return }
  if (answer.status !== 200) return
  const first = !known.has(address)
  known.set(address, answer.headers.get("ETag"))
  const text = await answer.text()
  if (first && part.dataset.fresh !== undefined) return
  const next = new DOMParser().parseFromString(text, "text/html").body.firstElementChild
  if (!next || next.id !== part.id || busy(part)) return
  const at = part.contains(document.activeElement) ? document.activeElement.id : ""
  for (const id of opened(part)) next.querySelector(`details[id="${CSS.escape(id)}"]`)?.setAttribute("open", "")
  part.replaceWith(next)
  window.htmx?.process(next)
  if (at) document.getElementById(at)?.focus({ preventScroll: true })
  if (next.dataset.news && next.dataset.news !== news) {
    news = next.dataset.news
    document.getElementById("said").textContent = news
  }
}

function watch() {
  for (const part of document.querySelectorAll("[data-watch]")) look(part)
}

setInterval(watch, EVERY)
document.addEventListener("visibilitychange", () => { if (!document.hidden) watch() })
