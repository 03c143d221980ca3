export function processEvent(event) {
  if (event.event === "throw") throw new Error("on purpose");
  if (event.event === "detached throw")
    void new Promise((resolve) => resolve()).then(() => {
      throw new Error("in a detached promise");
    });
  if (event.event === "detached reject") void Promise.reject(new TypeError("rejected"));
  if (event.event === "mutate and throw") {
    event.properties.half = true;
    throw new Error("half way");
  }
  if (event.event === "loop") for (;;);
  if (event.event === "wait") return new Promise(() => {});
  event.properties = { ...event.properties, done: true };
  return event;
}
