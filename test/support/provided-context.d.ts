import "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Upstash's REST API in front of a real Redis server; null where there is none, and its tests are skipped. */
    redis: { url: string; token: string } | null;
    /** What servers start from: the configuration of the bundled Worker, and a state directory to be copied. */
    readyServer: { configFile: string; state: string };
  }
}
