import { count } from "../format";
import { Panel, Wired, standing, useChosen, useFeed } from "../page";

const names = ["not known", "1 basing", "2 advancing", "3 topping", "4 declining"];

export function Stages() {
  const feed = useFeed(1_000);
  const chosen = useChosen();
  const table = feed.tables.get("stages");
  return (
    <Panel title="Stages" id="stages" note={table && standing(table)}>
      <Wired table="stages">
        {(stages) => {
          const rows = chosen(stages);
          const counts = names.map((_, stage) => rows.filter((row) => stages.number(row, "stage") === stage).length);
          const fresh = rows.filter((row) => stages.number(row, "stage") !== 0 && stages.number(row, "periods_in_stage") === 1).slice(0, 12);
          return (
            <>
              <dl class="tiles">
                {names.map((name, stage) => (
                  <div class="tile">
                    <dt>Stage {name}</dt>
                    <dd>{count(counts[stage] ?? 0)}</dd>
                  </div>
                ))}
              </dl>
              <h3>New in their stage</h3>
              {fresh.length === 0 ? (
                <p class="empty">None.</p>
              ) : (
                <ul class="plain">
                  {fresh.map((row) => (
                    <li>
                      <a href={`#/symbol/${encodeURIComponent(stages.text(row, "symbol"))}`}>{stages.text(row, "symbol")}</a> → stage {stages.text(row, "stage")}
                    </li>
                  ))}
                </ul>
              )}
            </>
          );
        }}
      </Wired>
    </Panel>
  );
}
