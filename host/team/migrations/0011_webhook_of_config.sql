DROP INDEX `webhook_due`;--> statement-breakpoint
CREATE INDEX `webhook_of_config` ON `webhook` (`plugin_config_id`,`due_at`);