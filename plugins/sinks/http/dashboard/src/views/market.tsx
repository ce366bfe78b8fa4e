import { useState } from "preact/hooks";
import { Universe, universes, useFeed } from "../page";
import { Breadth } from "./breadth";
import { Movers } from "./movers";
import { Rotation } from "./rotation";
import { Sectors } from "./sectors";
import { Sentiment } from "./sentiment";
import { Stages } from "./stages";

export function Market() {
  useFeed(1_000);
  const [wanted, want] = useState(localStorage.getItem("universe") ?? "");
  const all = universes();
  const universe = all.includes(wanted) ? wanted : (all[0] ?? "");
  return (
    <Universe.Provider value={universe}>
      <div class="title">
        <h1>Market</h1>
        {all.length > 1 && (
          <label>
            Universe{" "}
            <select
              value={universe}
              onChange={(event) => {
                localStorage.setItem("universe", event.currentTarget.value);
                want(event.currentTarget.value);
              }}
            >
              {all.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
      </div>
      <Sentiment />
      <div class="panels">
        <Breadth />
        <Movers />
        <Sectors />
        <Rotation />
        <Stages />
      </div>
    </Universe.Provider>
  );
}
