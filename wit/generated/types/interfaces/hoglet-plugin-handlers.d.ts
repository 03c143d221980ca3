/** @module Interface hoglet:plugin/handlers **/
export function setupPlugin(): Promise<Json | undefined>;
export function teardownPlugin(): Promise<Json | undefined>;
export function processEvent(event: Json): Promise<Json | undefined>;
export function processEventBatch(events: Json): Promise<Json | undefined>;
export function onEvent(event: Json): Promise<Json | undefined>;
export function onSnapshot(event: Json): Promise<Json | undefined>;
export function exportEvents(events: Json): Promise<Json | undefined>;
export function composeWebhook(event: Json): Promise<Json | undefined>;
export function getSettings(): Promise<Json | undefined>;
export function runEveryMinute(): Promise<Json | undefined>;
export function runEveryHour(): Promise<Json | undefined>;
export function runEveryDay(): Promise<Json | undefined>;
/**
 * Another function that begins with `runEvery`, by its name: plugin.json says when.
 */
export function runTask(name: string): Promise<Json | undefined>;
/**
 * `onFlush` of the buffer with that number.
 */
export function flushBuffer(buffer: number, objects: Json, points: number): Promise<Json | undefined>;
export function runJob(name: string, payload: Json | undefined): Promise<Json | undefined>;
export type Json = import('./hoglet-plugin-types.js').Json;
