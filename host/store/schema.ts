/** The tables of the registry (D1). */
export * from "./schema/operation.ts";
export * from "./schema/plugin-configs.ts";
export * from "./schema/plugins.ts";
export * from "./schema/tenants.ts";
