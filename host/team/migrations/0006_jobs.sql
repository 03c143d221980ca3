DROP INDEX `job_due`;--> statement-breakpoint
ALTER TABLE `job` ADD `started_at` integer;--> statement-breakpoint
ALTER TABLE `job` ADD `is_parked` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `job_due` ON `job` (`due_at`) WHERE not "job"."is_parked";