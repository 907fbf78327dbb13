CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT NOT NULL);
CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price INTEGER NOT NULL CHECK (price > 0), kind TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customers, day TEXT NOT NULL);
CREATE TABLE lines (purchase INTEGER REFERENCES orders, product INTEGER REFERENCES products, amount INTEGER NOT NULL);

INSERT INTO customers VALUES (1, 'Ada', 'London'), (2, 'Bob', 'Paris'), (3, 'Cleo', 'Paris'), (4, 'Dan', 'Rome');
INSERT INTO products VALUES (1, 'pen', 2, 'office'), (2, 'lamp', 30, 'home'), (3, 'mug', 8, 'home'), (4, 'desk', 120, 'office');
INSERT INTO orders VALUES (1, 1, '2026-01-05'), (2, 2, '2026-01-20'), (3, 1, '2026-02-02');
INSERT INTO lines VALUES (1, 1, 10), (1, 3, 2), (2, 2, 1), (3, 4, 1), (3, 1, 5);
