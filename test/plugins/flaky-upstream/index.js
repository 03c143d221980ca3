import nodeFetch from "node-fetch";
import { RetryError } from "@posthog/plugin-scaffold";

export async function onEvent(event) {
  try {
    const response = await nodeFetch(`https://upstream.example/${event.event}`);
    if (response.status === 429) throw new RetryError(`Wait ${response.headers.get("retry-after")} s`);
  } catch (error) {
    if (error.name === "FetchError") throw new RetryError("The upstream cannot be reached");
    if (error.name === "AbortError") throw new RetryError("The upstream is slow");
    throw error;
  }
}

export const jobs = {
  ping: async () => {
    try {
      await fetch("https://upstream.example/ping");
    } catch (error) {
      console.log(error.name, error instanceof TypeError);
      console.log(String(new RetryError("again")), new RetryError("again") instanceof Error, RetryError.name);
    }
  },
};
