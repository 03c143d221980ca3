/** The little of a page that the script needs: the Worker's own types know no browser. */
interface PageElement {
  id: string;
  innerHTML: string;
  textContent: string | null;
  dateTime: string;
  open: boolean;
  readonly classList: { add(name: string): void; toggle(name: string, force: boolean): void };
  querySelectorAll(selector: string): Iterable<PageElement>;
}
declare const document: {
  readonly hidden: boolean;
  readonly body: PageElement;
  getElementById(id: string): PageElement | null;
};
declare const location: { reload(): void };

/**
 * Keeps the list of events fresh. This is the browser's script: the page is sent the function's own text, so it uses
 * nothing from around it, and names no function inside, which bundlers would mark with a helper of theirs.
 */
export async function keepFresh(): Promise<void> {
  const list = document.getElementById("events");
  if (list === null) return;
  for (let shown = ""; ; await new Promise((resolve) => setTimeout(resolve, 2000))) {
    if (document.hidden) continue;
    try {
      const answer = await fetch("/console/events");
      if (answer.status === 401) return location.reload();
      if (!answer.ok) throw new Error(answer.statusText);
      const html = await answer.text();
      if (html !== shown) {
        const known = new Set([...list.querySelectorAll("li")].map((item) => item.id));
        const open = new Set([...list.querySelectorAll("details")].filter((item) => item.open).map((item) => item.id));
        list.innerHTML = html;
        for (const item of list.querySelectorAll("li"))
          if (shown !== "" && !known.has(item.id)) item.classList.add("new");
        for (const item of list.querySelectorAll("details")) item.open = open.has(item.id);
        for (const time of list.querySelectorAll("time"))
          time.textContent = new Date(time.dateTime).toLocaleTimeString();
        shown = html;
      }
      document.body.classList.toggle("offline", false);
      document.body.classList.add("live");
    } catch {
      // The Worker is away or restarting: the page says so and goes on asking.
      document.body.classList.toggle("offline", true);
    }
  }
}
