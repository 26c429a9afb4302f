/* What the desk does beyond its pages: colours by choice, ages that go on, copying, a menu that closes, focus where
   something was refused. Everything works without it. */
"use strict"

const root = document.documentElement
root.classList.add("js")

function kept() {
  try { return localStorage.getItem("colours") } catch { return null }
}

function keep(value) {
  try { value ? localStorage.setItem("colours", value) : localStorage.removeItem("colours") } catch { /* private window */ }
}

if (kept()) root.dataset.colours = kept()

const system = matchMedia("(prefers-color-scheme: dark)")
const dark = () => (root.dataset.colours ? root.dataset.colours === "dark" : system.matches)

function colours() {
  const button = document.getElementById("colours")
  if (!button) return
  const tell = () => {
    button.setAttribute("aria-pressed", String(dark()))
    button.querySelector("span").textContent = "Dark colours"
  }
  button.hidden = false
  tell()
  system.addEventListener("change", tell)
  button.addEventListener("click", () => {
    const next = dark() ? "light" : "dark"
    if ((next === "dark") === system.matches) delete root.dataset.colours
    else root.dataset.colours = next
    keep(root.dataset.colours)
    tell()
  })
}

function inWords(minutes) {
  const units = [[1440, "day"], [60, "hour"], [1, "minute"]]
  const said = []
  for (const [size, name] of units) {
    const count = Math.floor(minutes / size)
    minutes -= count * size
    if (count && said.length < 2) said.push(`${count} ${name}${count === 1 ? "" : "s"}`)
  }
  return said.join(" ")
}

/* The server's clock, not the browser's: `data-now` says when the page was made. */
const made = Date.now()
function ages() {
  const asked = Date.parse(document.body.dataset.now) + (Date.now() - made)
  for (const one of document.querySelectorAll("[data-ago]")) {
    const minutes = Math.floor((asked - Date.parse(one.dataset.ago)) / 60000)
    const said = minutes === 0 ? "now" : minutes > 0 ? `${inWords(minutes)} ago` : `in ${inWords(-minutes)}`
    if (one.textContent !== said) one.textContent = said
  }
}

function copying(event) {
  const button = event.target.closest("[data-copy]")
  if (!button) return
  const from = document.getElementById(button.dataset.copy)
  const label = button.textContent
  navigator.clipboard.writeText(from.value ?? from.textContent).then(() => {
    button.textContent = "Copied"
    setTimeout(() => { button.textContent = label }, 2000)
  })
}

function menu() {
  const list = document.getElementById("menu")
  if (!list) return
  document.addEventListener("keydown", event => {
    if (event.key !== "Escape" || !list.open || wide.matches) return
    list.open = false
    list.querySelector("summary").focus()
  })
  document.addEventListener("click", event => {
    if (list.open && !list.contains(event.target) && !wide.matches) list.open = false
  })
  const wide = matchMedia("(min-width: 60rem)")
  if (CSS.supports("selector(::details-content)")) return
  const fit = () => { list.open = wide.matches }
  wide.addEventListener("change", fit)
  fit()
}

document.addEventListener("DOMContentLoaded", () => {
  colours()
  menu()
  document.addEventListener("click", copying)
  document.querySelector("[data-focus]")?.focus()
  setInterval(ages, 10000)
})
