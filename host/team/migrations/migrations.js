import journal from './meta/_journal.json';
import m0000 from './0000_initial.sql';
import m0001 from './0001_follow_ups.sql';
import m0002 from './0002_buffers.sql';
import m0003 from './0003_ledger.sql';
import m0004 from './0004_insight.sql';
import m0005 from './0005_recording.sql';
import m0006 from './0006_task_runs.sql';
import m0007 from './0007_jobs.sql';
import m0008 from './0008_dead_letter_bytes.sql';
import m0009 from './0009_watching.sql';
import m0010 from './0010_batch_revision.sql';
import m0011 from './0011_webhook_of_config.sql';

  export default {
    journal,
    migrations: {
      m0000,
m0001,
m0002,
m0003,
m0004,
m0005,
m0006,
m0007,
m0008,
m0009,
m0010,
m0011
    }
  }
  