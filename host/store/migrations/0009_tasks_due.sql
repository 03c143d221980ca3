ALTER TABLE `team` ADD `tasks_due_at` integer;--> statement-breakpoint
CREATE INDEX `team_tasks_due` ON `team` (`tasks_due_at`,`id`) WHERE "team"."tasks_due_at" is not null;--> statement-breakpoint
UPDATE `team` SET `tasks_due_at` = 1 WHERE `id` IN (SELECT `team_id` FROM `plugin_config`);
