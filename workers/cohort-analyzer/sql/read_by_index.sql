-- For this transaction. Who is due is few among all that will be, but how few the statistics do not know.
SELECT set_config('enable_seqscan', 'off', true);
