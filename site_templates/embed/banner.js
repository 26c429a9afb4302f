/* Shows a banner on any site while something is open on the status page or a maintenance runs:
 *
 *   <script async src="https://status.example.com/embed/banner.js"></script>
 *
 * It reads status.json beside itself, once a minute while the page can be seen. No cookie; localStorage keeps which
 * notices a visitor has hidden, nothing else. A host page with a Content-Security-Policy needs our origin in script-src
 * and connect-src, nothing inline. */
(() => {
  "use strict"
  const script = document.currentScript
  if (!script || !("adoptedStyleSheets" in Document.prototype)) return
  const address = new URL("status.json", script.src).href
  const kept = `status-banner:${address}`
  const EVERY_MS = 60000
  const LISTED = 3
  const SHAPES = {
    notice: "M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0ZM7 3v2h2V3Zm0 4v6h2V7Z",
    maintenance: "M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0ZM5 4v8h2.2V4Zm3.8 0v8H11V4Z",
    minor: "M8 .8 16 15H0ZM7 6v4.5h2V6Zm0 5.7v2h2v-2Z",
    major: "M8 0l8 8-8 8-8-8ZM7 3.5V9h2V3.5Zm0 7v2h2v-2Z",
    critical: "M4.7 0h6.6L16 4.7v6.6L11.3 16H4.7L0 11.3V4.7ZM5 3.6 3.6 5l3 3-3 3L5 12.4l3-3 3 3 1.4-1.4-3-3 3-3L11 3.6l-3 3Z",
  }
  const STYLE = `
    :host { all: initial; display: block }
    section { display: flex; gap: 12px; align-items: flex-start; padding: 10px 16px; background: #3c4043; color: #fff;
      font: 16px/1.4 system-ui, sans-serif; overflow-wrap: anywhere; border-bottom: 1px solid transparent }
    section:empty { display: none }
    .maintenance { background: #0b62a8 }
    .minor { background: #8a5a00 }
    .major { background: #b3440c }
    .critical { background: #b3141d }
    svg { flex: none; width: 20px; height: 20px; margin-top: 1px; fill: #fff }
    div { flex: 1; min-width: 0 }
    p { margin: 0 }
    p + p { margin-top: 2px }
    a { color: #fff; font-weight: 600 }
    button { flex: none; min-width: 32px; min-height: 32px; margin: -5px 0; padding: 0 10px; border: 1px solid #fff;
      border-radius: 4px; background: transparent; color: #fff; font: inherit; cursor: pointer }
    button:hover { background: #fff3 }
    :focus-visible { outline: 2px solid #fff; outline-offset: 2px }
    @media print { section { display: none } }
    @media (forced-colors: active) { svg { fill: CanvasText } }`

  let region
  let shown = ""
  let hiddenHere = []

  const hidden = () => {
    try {
      const found = JSON.parse(localStorage.getItem(kept))
      return Array.isArray(found) ? found : hiddenHere
    } catch {
      return hiddenHere
    }
  }

  const hide = ids => {
    hiddenHere = ids
    try {
      if (ids.length) localStorage.setItem(kept, JSON.stringify(ids))
      else localStorage.removeItem(kept)
    } catch {
      // no storage in this frame: hidden until the page is left
    }
  }

  const element = (name, text, attributes = {}) => {
    const made = document.createElement(name)
    made.textContent = text
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
    return made
  }

  const link = (text, href) => element("a", text, { href, dir: "auto" })

  const shape = kind => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path")
    svg.setAttribute("viewBox", "0 0 16 16")
    svg.setAttribute("aria-hidden", "true")
    path.setAttribute("fill-rule", "evenodd")
    path.setAttribute("d", SHAPES[kind])
    svg.append(path)
    return svg
  }

  const place = () => {
    const host = document.createElement("div")
    const root = host.attachShadow({ mode: "open" })
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(STYLE)
    root.adoptedStyleSheets = [sheet]
    region = element("section", "", { "aria-live": "polite" })
    root.append(region)
    document.body.prepend(host)
  }

  const show = said => {
    const ids = said.notices.map(one => one.id)
    const before = hidden()
    const still = before.filter(id => ids.includes(id))
    if (still.length < before.length) hide(still)
    const notices = said.notices.filter(one => !still.includes(one.id))
    const now = notices.length ? JSON.stringify([said.status, notices]) : ""
    if (now === shown) return
    shown = now
    if (!region) place()
    if (!notices.length) return region.replaceChildren()
    const kind = said.status.indicator in SHAPES ? said.status.indicator : "notice"
    region.className = kind
    region.setAttribute("aria-label", said.page.name)
    region.lang = said.language
    region.dir = said.direction
    const text = document.createElement("div")
    text.append(...notices.slice(0, LISTED).map(one => {
      const line = document.createElement("p")
      line.append(link(one.title, one.url), ` ${one.words}`)
      return line
    }))
    const rest = notices.length - LISTED
    const last = document.createElement("p")
    if (rest > 0) last.append(`${said.words.more.replace("{}", rest)} `, link(said.page.name, said.page.url))
    if (rest > 0) text.append(last)
    const button = element("button", said.words.hide, { type: "button" })
    button.addEventListener("click", () => {
      hide([...hidden(), ...notices.map(one => one.id)])
      show(said)
    })
    region.replaceChildren(shape(kind), text, button)
  }

  const look = async () => {
    if (document.visibilityState === "hidden") return
    try {
      const answer = await fetch(address, { credentials: "omit", cache: "no-cache", referrerPolicy: "no-referrer" })
      if (answer.ok) show(await answer.json())
    } catch {
      // a status page that can't be reached says nothing about the service
    }
  }

  const start = () => {
    look()
    setInterval(look, EVERY_MS)
    document.addEventListener("visibilitychange", look)
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start)
  else start()
})()
