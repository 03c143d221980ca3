CREATE TABLE `task` (
	`plugin_config_id` integer NOT NULL,
	`name` text NOT NULL,
	`schedule` text NOT NULL,
	`due_at` integer NOT NULL,
	`run_id` integer,
	PRIMARY KEY(`plugin_config_id`, `name`)
);
--> statement-breakpoint
CREATE TABLE `task_run` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`plugin_config_id` integer NOT NULL,
	`task` text NOT NULL,
	`trigger` text NOT NULL,
	`due_at` integer NOT NULL,
	`missed` integer NOT NULL,
	`state` text NOT NULL,
	`wake_at` integer,
	`started_at` integer,
	`finished_at` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`skipped` integer DEFAULT 0 NOT NULL,
	`version` text,
	`fuel` integer DEFAULT 0 NOT NULL,
	`kind` text,
	`error` text,
	`log` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `task_run_due` ON `task_run` (`plugin_config_id`,`wake_at`) WHERE "task_run"."wake_at" is not null;--> statement-breakpoint
CREATE INDEX `task_run_of_task` ON `task_run` (`plugin_config_id`,`task`,`id`);--> statement-breakpoint
CREATE INDEX `job_of_config` ON `job` (`plugin_config_id`,`due_at`);--> statement-breakpoint
DELETE FROM `job` WHERE `function` <> 'runJob';--> statement-breakpoint
DELETE FROM `fact` WHERE `name` = 'beats';--> statement-breakpoint
ALTER TABLE `job` DROP COLUMN `function`;