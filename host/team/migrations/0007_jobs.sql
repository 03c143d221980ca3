CREATE TABLE `historical_export` (
	`plugin_config_id` integer PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`date_from` integer,
	`date_to` integer NOT NULL,
	`reached` integer,
	`skip` integer DEFAULT 0 NOT NULL,
	`window_ms` integer NOT NULL,
	`page_size` integer NOT NULL,
	`exported` integer DEFAULT 0 NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`due_at` integer,
	`error` text
);
--> statement-breakpoint
DROP INDEX `job_due`;--> statement-breakpoint
DROP INDEX `job_of_config`;--> statement-breakpoint
ALTER TABLE `job` ADD `started_at` integer;--> statement-breakpoint
ALTER TABLE `job` ADD `is_parked` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `job_of_config` ON `job` (`plugin_config_id`,`due_at`) WHERE not "job"."is_parked";