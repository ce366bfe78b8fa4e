// Relative strength to the right, its momentum upwards; the tail is where a sector came from.
import type { Row, Table } from "../feed";
import { Panel, Wired, useChosen, useFeed } from "../page";

const size = 320;
const tail = 8;

interface Point {
  x: number;
  y: number;
}

/** The committed points of the tail, and where the sector is now. */
function points(table: Table, row: Row): Point[] {
  const way = (JSON.parse(table.text(row, "tail") || "[]") as [number, number][]).slice(-tail).map(([x, y]) => ({ x, y }));
  const x = table.number(row, "rel_strength_ratio");
  const y = table.number(row, "rel_strength_momentum");
  return x === null || y === null ? way : [...way, { x, y }];
}

function Map(props: { table: Table }) {
  const chosen = useChosen();
  const lines = chosen(props.table).map((row) => ({ name: props.table.text(row, "sector").replaceAll("_", " "), points: points(props.table, row) }));
  const far = Math.max(0.5, ...lines.flatMap((line) => line.points.flatMap((p) => [Math.abs(p.x - 100), Math.abs(p.y - 100)])));
  const place = (p: Point) => ({ x: size / 2 + ((p.x - 100) / far) * size * 0.42, y: size / 2 - ((p.y - 100) / far) * size * 0.42 });
  if (lines.every((line) => line.points.length === 0)) return <p class="empty">Not enough history yet.</p>;
  return (
    <svg class="rotation" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={`Rotation of ${lines.length} sectors`}>
      <path d={`M0 ${size / 2}H${size}M${size / 2} 0V${size}`} class="axis" />
      <text x={size - 4} y={14} class="quadrant end">leading</text>
      <text x={4} y={14} class="quadrant">improving</text>
      <text x={4} y={size - 6} class="quadrant">lagging</text>
      <text x={size - 4} y={size - 6} class="quadrant end">weakening</text>
      {lines.map((line) => {
        const placed = line.points.map(place);
        const last = placed[placed.length - 1];
        return last ? (
          <g key={line.name}>
            <polyline points={placed.map((p) => `${p.x},${p.y}`).join(" ")} class="tail" />
            <circle cx={last.x} cy={last.y} r={5} class="head" />
            {last.x > size * 0.7 ? (
              <text class="end" x={last.x - 8} y={last.y + 4}>{line.name}</text>
            ) : (
              <text x={last.x + 8} y={last.y + 4}>{line.name}</text>
            )}
          </g>
        ) : null;
      })}
    </svg>
  );
}

export function Rotation() {
  useFeed(500);
  return (
    <Panel title="Rotation" id="rotation">
      <Wired table="rotation">{(table) => <Map table={table} />}</Wired>
    </Panel>
  );
}
