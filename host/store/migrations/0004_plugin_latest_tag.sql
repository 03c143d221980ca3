ALTER TABLE `plugin` ADD `latest_tag` text;--> statement-breakpoint
ALTER TABLE `plugin` ADD `latest_tag_checked_at` integer;