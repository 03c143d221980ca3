import type { Json } from "../event.ts";
import type { RecentEvent } from "../team/insight/recent-events.ts";
import { Changes } from "./changes.tsx";
import type { Change } from "../event-diff/diff.ts";
import { diffEvent } from "../event-diff/event-diff.ts";
import { OutcomeChip } from "./outcome-chip.tsx";
import { shownText } from "./shown.ts";

/** With more properties that nobody touched, what changed would be hard to find among them. */
const MAX_SAME_SHOWN = 8;

/** One event: how its plugins ended, and what they made of it, side by side. */
export function EventItem({ recent }: { recent: RecentEvent }) {
  const { at, before, after, outcomes } = recent;
  const isDropped = after === null;
  const id = `event-${at}-${recent.id}`;
  const { shown, folded } = fold(recent);
  const time = new Date(at).toISOString();
  return (
    <li id={id} class="event">
      <div class="heading">
        <h3>
          <bdi>{shownText(asText(before["event"]), 200)}</bdi>
        </h3>
        <bdi class="quiet person">{shownText(asText(before["distinct_id"]), 80)}</bdi>
        <time datetime={time}>{time.slice(11, 19)} UTC</time>
      </div>
      <div class="chips">
        {outcomes.map((outcome) => (
          <OutcomeChip outcome={outcome} />
        ))}
        {outcomes.length === 0 && <span class="chip">no plugin saw it</span>}
        {isDropped && <span class="chip mild">not sent on</span>}
      </div>
      {shown.length > 0 && <Changes changes={shown} isDropped={isDropped} />}
      {!isDropped && !shown.some(isChange) && <p class="quiet more">Left as it came.</p>}
      {folded.length > 0 && (
        <details id={`${id}-folded`}>
          <summary>
            {folded.length} more {isDropped ? "" : "unchanged"}
          </summary>
          <Changes changes={folded} isDropped={isDropped} />
        </details>
      )}
    </li>
  );
}

/** Whatever changed is shown, and so are the other properties when they are few. */
function fold(recent: RecentEvent): { shown: Change[]; folded: Change[] } {
  const { properties, fields } = diffEvent(recent);
  const isFew = properties.filter((change) => !isChange(change)).length <= MAX_SAME_SHOWN;
  const same = isFew ? properties : [];
  const all = [...properties, ...fields];
  const isShown = (change: Change): boolean => isChange(change) || same.includes(change);
  return { shown: all.filter(isShown), folded: all.filter((change) => !isShown(change)) };
}

const isChange = ({ kind }: Change): boolean => kind !== "same";

/** A plugin may have put anything where a name should be. */
const asText = (value: Json | undefined): string => (typeof value === "string" ? value : JSON.stringify(value ?? null));
