import { integer } from "drizzle-orm/sqlite-core";

/** All times in the registry are milliseconds since the epoch. */
export const createdAt = integer("created_at").notNull();
export const updatedAt = integer("updated_at").notNull();
/** Set while a tenant is being erased: from then on it lets nobody in, and nothing of it is shown. */
export const erasingAt = integer("erasing_at");
