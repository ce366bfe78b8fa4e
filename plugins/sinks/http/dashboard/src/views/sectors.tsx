import { change, direction } from "../format";
import { Panel, Wired, standing, useChosen, useFeed } from "../page";

/** How strongly a tile is coloured: full at 3 %. */
function strength(fraction: number | null): number {
  return Math.min(1, Math.abs(fraction ?? 0) / 0.03);
}

export function Sectors() {
  const feed = useFeed(500);
  const chosen = useChosen();
  const table = feed.tables.get("sectors");
  return (
    <Panel title="Sectors" id="sectors" note={table && standing(table)}>
      <Wired table="sectors">
        {(sectors) => {
          const move = "ret_1";
          const rows = chosen(sectors).sort((a, b) => (sectors.number(b, move) ?? -9) - (sectors.number(a, move) ?? -9));
          return (
            <ul class="heat">
              {rows.map((row) => {
                const fraction = sectors.number(row, move);
                return (
                  <li key={sectors.text(row, "universe") + sectors.text(row, "sector")} class={direction(fraction)} style={{ "--strength": String(strength(fraction)) }}>
                    <b>{sectors.text(row, "sector").replaceAll("_", " ")}</b>
                    <span>{change(fraction)}</span>
                  </li>
                );
              })}
            </ul>
          );
        }}
      </Wired>
    </Panel>
  );
}
