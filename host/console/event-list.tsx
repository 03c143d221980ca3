import type { RecentEvent } from "../team/insight/recent-events.ts";
import { EventItem } from "./event-item.tsx";

/** The items of the list of events, or what to do while there is none. */
export function EventItems({ events }: { events: readonly RecentEvent[] }) {
  if (events.length === 0)
    return (
      <li id="no-events" class="empty">
        <h3>No event yet</h3>
        <p>
          Paste the <code>curl</code> command from above into a terminal: the event shows up here within two seconds.
        </p>
      </li>
    );
  return (
    <>
      {events.map((event) => (
        <EventItem recent={event} />
      ))}
    </>
  );
}
