import type { Shop } from './shop-workspace.ts';

const ORDERS = `/// How far an order is.
enum OrderState {
  OPEN
  PAID
  SENT

  @@map("order_state")
}

/// What a customer wants.
/// @open
/// @exclude orders_no_overlap: USING gist (int4range(first_day, last_day) WITH &&) WHERE (state <> 'SENT')
/// @sqlIndex orders_note_idx: USING btree (lower(note))
model Order {
  id         String     @id @default(uuid(7)) @db.Uuid
  number     Int        @default(autoincrement())
  state      OrderState @default(OPEN)
  note       String?    @db.VarChar(80)
  firstDay   Int        @map("first_day")
  lastDay    Int        @map("last_day")
  /// @softref Item.id
  itemId     String?    @map("item_id") @db.Uuid
  /// @softref Item.name outlives
  oldNames   String[]   @map("old_names")
  targetType String?    @map("target_type")
  /// @softref via targetType
  targetId   String?    @map("target_id") @db.Uuid
  lines      Line[]

  @@unique([number], map: "orders_open_number", where: raw("state = 'OPEN'"))
  @@map("orders")
}

/// A line of an order.
/// @open
model Line {
  id      String @id @default(uuid(7)) @db.Uuid
  orderId String @map("order_id") @db.Uuid
  order   Order  @relation(fields: [orderId], references: [id], onDelete: Restrict, onUpdate: Restrict)

  @@index([orderId])
  @@map("lines")
}
`;

/** Adds orders to a shop: an enum, a key between tables, every sort of index, plain ids, a policy. */
export function addOrders(shop: Shop): void {
  shop.write('packages/catalog/prisma/orders.prisma', ORDERS);
  shop.write(
    'packages/catalog/sql/policies.sql',
    `-- Sales are open to whoever may read the table.
-- @needs Sale
drop policy if exists sales_read on sales;
create policy sales_read on sales for select using (true);
`,
  );
}
