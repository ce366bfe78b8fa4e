import { Breadth } from "./breadth";
import { Movers } from "./movers";
import { Rotation } from "./rotation";
import { Sectors } from "./sectors";
import { Sentiment } from "./sentiment";
import { Stages } from "./stages";

export function Market() {
  return (
    <>
      <h1>Market</h1>
      <Sentiment />
      <div class="panels">
        <Breadth />
        <Movers />
        <Sectors />
        <Rotation />
        <Stages />
      </div>
    </>
  );
}
