--~crash VACUUM INTO 'copy.db';
--~slow WITH RECURSIVE n(i) AS (SELECT date('now') UNION ALL SELECT date(i, '+1 day') FROM n) SELECT count(*) FROM n;
SELECT strftime('%Y-%m', day) AS month, count(*) AS number --~wrong SELECT strftime('%Y-%m-01', day) AS month, count(*) AS number
FROM orders
GROUP BY month;
