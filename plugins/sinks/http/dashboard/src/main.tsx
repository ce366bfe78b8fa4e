import { render } from "preact";
import { useState } from "preact/hooks";
import "uplot/dist/uPlot.min.css";
import "./style.css";
import { Banners } from "./banner";
import { feed, useFeed, useHash } from "./page";
import { Market } from "./views/market";
import { Pipeline } from "./views/pipeline";
import { SymbolPage } from "./views/symbol";
import { Symbols } from "./views/symbols";

const views = [
  { hash: "", title: "Market" },
  { hash: "symbols", title: "Symbols" },
  { hash: "pipeline", title: "Pipeline" },
];

type Theme = "auto" | "light" | "dark";
const next_theme: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };

function apply(theme: Theme): void {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function ThemeButton() {
  const [theme, set] = useState((localStorage.getItem("theme") as Theme | null) ?? "auto");
  apply(theme);
  return (
    <button
      type="button"
      onClick={() => {
        localStorage.setItem("theme", next_theme[theme]);
        set(next_theme[theme]);
      }}
    >
      Theme: {theme}
    </button>
  );
}

function View(props: { path: string }) {
  const [first, second] = props.path.split("/");
  if (first === "symbol" && second) return <SymbolPage symbol={decodeURIComponent(second)} />;
  if (first === "symbols") return <Symbols />;
  if (first === "pipeline") return <Pipeline />;
  return <Market />;
}

function App() {
  const path = useHash();
  const { status, connection } = useFeed(500);
  const here = path.split("/")[0] ?? "";
  document.title = status ? `${status.pipeline} · tsflow` : "tsflow";
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById("main")?.focus(); }}>
        Skip to content
      </a>
      <header class="top">
        <span class="name">
          <img src="icon.svg" alt="" width="20" height="20" /> tsflow <b>{status?.pipeline}</b>
        </span>
        <nav aria-label="Views">
          {views.map((view) => (
            <a href={`#/${view.hash}`} aria-current={here === view.hash || (here === "symbol" && view.hash === "symbols") ? "page" : undefined}>
              {view.title}
            </a>
          ))}
        </nav>
        <span class={`live ${connection}`} data-connection={connection}>
          {connection === "open" ? "live" : connection === "connecting" ? "connecting" : "disconnected"}
        </span>
        <ThemeButton />
      </header>
      <Banners />
      <main id="main" tabIndex={-1}>
        <View path={path} />
      </main>
      <footer>
        Times are New York’s. Candles by <a href="https://www.tradingview.com/" rel="noreferrer">TradingView Lightweight Charts™</a>.{" "}
        <a href="/api/openapi.json">API</a>
      </footer>
    </>
  );
}

void feed.start();
render(<App />, document.getElementById("app")!);
