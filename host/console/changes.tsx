import type { Json } from "../event.ts";
import type { Change } from "../event-diff/diff.ts";
import { shownText, shownValue } from "./shown.ts";

/** More rows would make a page of megabytes out of hostile events. */
const MAX_ROWS = 100;

/** Fields of an event beside each other, as they came and as they left; a dropped event has not left. */
export function Changes({ changes, isDropped }: { changes: readonly Change[]; isDropped: boolean }) {
  const more = changes.length - MAX_ROWS;
  return (
    <>
      <table>
        <thead>
          <tr>
            <th scope="col">Property</th>
            <th scope="col">Before</th>
            <th scope="col">{isDropped ? "Dropped" : "After"}</th>
          </tr>
        </thead>
        <tbody>
          {changes.slice(0, MAX_ROWS).map(({ key, kind, before, after }) => (
            <tr class={kind}>
              <th scope="row">
                <bdi>{shownText(key, 100)}</bdi>
                {kind !== "same" && <span class="kind">{kind}</span>}
              </th>
              <Value value={before} label="Before" />
              <Value value={isDropped ? undefined : after} label="After" />
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p class="quiet more">and {more} more</p>}
    </>
  );
}

function Value({ value, label }: { value: Json | undefined; label: string }) {
  if (value === undefined) return <td class="nothing" data-label={label} />;
  return (
    <td data-label={label}>
      <code dir="auto">{shownValue(value)}</code>
    </td>
  );
}
