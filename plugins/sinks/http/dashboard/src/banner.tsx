// Says plainly when what the page shows is not what it seems.
import { duration } from "./format";
import { useFeed, useSeconds } from "./page";

export function Banners() {
  const feed = useFeed(500);
  const now = useSeconds();
  const stale_after = feed.status?.stale_after_ms ?? Infinity;
  const age = now - feed.last_change;
  const silent = now - feed.last_message;
  const lost = feed.connection !== "open" || silent > 10_000;
  return (
    <div class="banners">
      {feed.status?.notice && (
        <p class="banner notice" role="note" data-banner="notice">
          {feed.status.notice}
        </p>
      )}
      <div role="status" aria-live="polite">
        {lost && (
          <p class="banner bad" data-banner="disconnected">
            Disconnected{feed.problem ? `: ${feed.problem}` : ""}. What you see is {duration(silent)} old; trying again.
          </p>
        )}
        {!lost && age > stale_after && (
          <p class="banner warn" data-banner="stale">
            Stale: nothing has changed for {duration(age)}.
          </p>
        )}
      </div>
    </div>
  );
}
