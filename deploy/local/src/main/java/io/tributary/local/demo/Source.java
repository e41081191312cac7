package io.tributary.local.demo;

import io.tributary.local.shop.Shop;
import java.util.List;
import java.util.Locale;

/** What the demo's job reads from. */
enum Source {
    /** The shop, by its slot. */
    POSTGRES,
    /** The shop, by the topics that Debezium writes. */
    KAFKA,
    /** The shop's carts, by an export and their stream. */
    DYNAMODB,
    /** One half of the shop by its slot, the other by topics, and the carts. */
    ALL;

    /** As the command line writes it. */
    static Source of(String text) {
        for (Source source : values()) {
            if (source.toString().equals(text)) {
                return source;
            }
        }
        throw new IllegalArgumentException("There is no source " + text);
    }

    /** The tables of the shop that the job reads from PostgreSQL itself. */
    List<String> bySlot() {
        return switch (this) {
            case POSTGRES -> Shop.TABLES;
            case KAFKA, DYNAMODB -> List.of();
            case ALL -> List.of("customers", "products");
        };
    }

    /** The tables of the shop that the job reads from Kafka. */
    List<String> byTopic() {
        return switch (this) {
            case KAFKA -> Shop.TABLES;
            case POSTGRES, DYNAMODB -> List.of();
            case ALL -> List.of("orders", "order_lines");
        };
    }

    boolean hasShop() {
        return this != DYNAMODB;
    }

    /** Whether there is DynamoDB. */
    boolean hasCarts() {
        return this == DYNAMODB || this == ALL;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
