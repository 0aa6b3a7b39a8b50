/** Whether a row is drawn for each of these order keys. */
(orders) => orders.every((order) => document.querySelector(`.row[data-order="${order}"]`));
