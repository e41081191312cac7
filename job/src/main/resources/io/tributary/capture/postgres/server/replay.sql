-- Is the replay of a standby between two records? No row where nothing is replayed, or this user may not see it.
SELECT coalesce(
    wait_event IN (
        'RecoveryWalStream', 'RecoveryRetrieveRetryInterval', 'RecoveryPause', 'RecoveryApplyDelay', 'RestoreCommand'
    ),
    false
)
FROM pg_catalog.pg_stat_activity
WHERE backend_type = 'startup'
