-- Which of the sessions wait for a lock, and for whom: their number, and the number, the user and the beginning of who has it.
SELECT w.pid, h.pid, h.txn_owner, h.txn_start
FROM svv_transactions w
LEFT JOIN svv_transactions h ON h.relation = w.relation AND h.pid <> w.pid AND h.granted
WHERE NOT w.granted AND w.pid IN ({sessions})
ORDER BY w.pid, h.txn_start;
