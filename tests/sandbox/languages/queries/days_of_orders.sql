WITH RECURSIVE days(day) AS (
    SELECT '2026-01-01'
    UNION ALL
    SELECT date(day, '+1 day') FROM days WHERE day < '2026-01-05' --~slow SELECT date(day, '+1 day') FROM days WHERE day < '9'
)
SELECT days.day, count(orders.id) AS number --~wrong SELECT days.day, count(*) AS number
FROM days LEFT JOIN orders USING (day) --~crash FROM days LEFT JOIN orders USING (date)
GROUP BY days.day
ORDER BY days.day;
