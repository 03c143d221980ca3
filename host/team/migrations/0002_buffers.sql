ALTER TABLE `follow_up` ADD `buffer` integer;--> statement-breakpoint
ALTER TABLE `follow_up` ADD `points` real;