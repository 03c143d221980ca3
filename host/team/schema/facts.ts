import { sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Single facts that must survive a restart, such as the state of delivery. */
export const fact = sqliteTable("fact", { name: text("name").primaryKey(), value: text("value").notNull() });
