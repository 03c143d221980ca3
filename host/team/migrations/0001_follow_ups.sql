CREATE TABLE `follow_up` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`plugin_config_id` integer NOT NULL,
	`function` text NOT NULL,
	`due_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`open_length` integer
);
--> statement-breakpoint
CREATE INDEX `follow_up_due` ON `follow_up` (`due_at`);--> statement-breakpoint
CREATE INDEX `follow_up_of_config` ON `follow_up` (`plugin_config_id`,`due_at`);--> statement-breakpoint
CREATE INDEX `follow_up_open` ON `follow_up` (`plugin_config_id`) WHERE "follow_up"."open_length" is not null;--> statement-breakpoint
CREATE TABLE `follow_up_event` (
	`follow_up_id` integer NOT NULL,
	`event_seq` integer NOT NULL,
	PRIMARY KEY(`follow_up_id`, `event_seq`)
);
--> statement-breakpoint
CREATE INDEX `follow_up_event_by_event` ON `follow_up_event` (`event_seq`);--> statement-breakpoint
CREATE TABLE `processed_event` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`body` text,
	`blob_key` text
);
--> statement-breakpoint
CREATE TABLE `webhook` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`plugin_config_id` integer NOT NULL,
	`event_uuid` text NOT NULL,
	`body` text,
	`blob_key` text,
	`due_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `webhook_due` ON `webhook` (`due_at`);--> statement-breakpoint
ALTER TABLE `dead_letter` ADD `plugin_config_id` integer;--> statement-breakpoint
ALTER TABLE `dead_letter` ADD `function` text;