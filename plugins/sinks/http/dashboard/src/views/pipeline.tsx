import { count, date_and_time, duration } from "../format";
import { Run } from "./run";
import { Panel, Wired, useFeed, useSeconds } from "../page";

function Connections() {
  const now = useSeconds();
  useFeed(500);
  return (
    <Panel title="Connections of the feed" id="connections" wide>
      <Wired table="health">
        {(health) => (
          <div class="scroll" tabIndex={0} role="region" aria-label="Connections">
            <table>
              <thead>
                <tr>
                  <th scope="col">Connection</th>
                  <th scope="col">State</th>
                  <th scope="col" class="number">Tickers</th>
                  <th scope="col" class="number">Silent</th>
                  <th scope="col" class="number">Messages</th>
                  <th scope="col" class="number">Rows</th>
                  <th scope="col" class="number">Reconnects</th>
                  <th scope="col" class="number">Errors</th>
                  <th scope="col" class="number">Last message</th>
                </tr>
              </thead>
              <tbody>
                {health.latest().map((row) => {
                  const last = health.text(row, "last_message");
                  const state = health.text(row, "state");
                  return (
                    <tr key={health.text(row, "connection")}>
                      <th scope="row">{health.text(row, "connection")}</th>
                      <td class={state === "streaming" ? "up" : "down"}>{state}</td>
                      {["assigned", "silent", "messages", "events", "reconnects", "errors"].map((name) => (
                        <td class="number">{count(health.number(row, name))}</td>
                      ))}
                      <td class="number">{last ? `${duration(Math.max(0, now - Date.parse(last)))} ago` : "never"}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        )}
      </Wired>
    </Panel>
  );
}

const most_gaps = 50;

function Gaps() {
  useFeed(500);
  return (
    <Panel title="Gaps and backfill" id="gaps" wide>
      <Wired table="gaps">
        {(gaps) => {
          const rows = gaps.latest().sort((a, b) => (gaps.number(b, "id") ?? 0) - (gaps.number(a, "id") ?? 0));
          const states = new Map<string, number>();
          for (const row of rows) states.set(gaps.text(row, "state"), (states.get(gaps.text(row, "state")) ?? 0) + 1);
          return (
            <>
              <dl class="tiles">
                {[...states].map(([state, number]) => (
                  <div class="tile">
                    <dt>{state}</dt>
                    <dd>{count(number)}</dd>
                  </div>
                ))}
              </dl>
              <div class="scroll" tabIndex={0} role="region" aria-label="Gaps">
                <table>
                  <caption>The newest {Math.min(most_gaps, rows.length)}</caption>
                  <thead>
                    <tr>
                      <th scope="col">Symbol</th>
                      <th scope="col">Cause</th>
                      <th scope="col">State</th>
                      <th scope="col">From</th>
                      <th scope="col">To</th>
                      <th scope="col" class="number">Rows filled</th>
                    </tr>
                  </thead>
                  <tbody>
                    {rows.slice(0, most_gaps).map((row) => (
                      <tr key={gaps.text(row, "id")}>
                        <th scope="row">{gaps.text(row, "symbol")}</th>
                        <td>{gaps.text(row, "cause")}</td>
                        <td class={gaps.text(row, "state") === "filled" ? "up" : "down"}>{gaps.text(row, "state")}</td>
                        <td>{date_and_time(gaps.text(row, "from") || null)}</td>
                        <td>{gaps.value(row, "to") ? date_and_time(gaps.text(row, "to")) : "still dark"}</td>
                        <td class="number">{count(gaps.number(row, "rows"))}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </>
          );
        }}
      </Wired>
    </Panel>
  );
}

function Tables() {
  const feed = useFeed(500);
  return (
    <Panel title="Tables of this page" id="tables" wide>
      <div class="scroll" tabIndex={0} role="region" aria-label="Tables">
        <table>
          <thead>
            <tr>
              <th scope="col">Table</th>
              <th scope="col">Keeps</th>
              <th scope="col" class="number">Rows</th>
              <th scope="col" class="number">Last change</th>
              <th scope="col">Newest event</th>
            </tr>
          </thead>
          <tbody>
            {(feed.status?.tables ?? []).map((table) => (
              <tr key={table.name}>
                <th scope="row">
                  <a href={`/api/tables/${table.name}?format=csv`}>{table.name}</a>
                </th>
                <td>{table.keeps}</td>
                <td class="number">{count(table.rows)}</td>
                <td class="number">{count(table.sequence)}</td>
                <td>{date_and_time(table.newest_event)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

export function Pipeline() {
  return (
    <>
      <h1>Pipeline</h1>
      <Run />
      <Connections />
      <Gaps />
      <Tables />
    </>
  );
}
