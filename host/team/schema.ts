/** The tables of a team's object. */
export * from "./schema/counts.ts";
export * from "./schema/events.ts";
export * from "./schema/facts.ts";
export * from "./schema/follow-ups.ts";
export * from "./schema/insight.ts";
export * from "./schema/jobs.ts";
export * from "./schema/shared.ts";
export * from "./schema/tasks.ts";
