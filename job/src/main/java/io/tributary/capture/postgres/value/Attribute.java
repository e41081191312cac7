package io.tributary.capture.postgres.value;

import io.tributary.capture.Treatment;

/**
 * A column as the catalog and the slot's relation messages describe it: its name, the number of its type, the modifier; and what
 * becomes of its values.
 */
public final class Attribute {

    private final String name;
    private final long type;
    private final int modifier;
    private final int number;
    private final Treatment treatment;

    public Attribute(String name, long type, int modifier) {
        this(name, type, modifier, 0, Treatment.KEPT);
    }

    private Attribute(String name, long type, int modifier, int number, Treatment treatment) {
        this.name = name;
        this.type = type;
        this.modifier = modifier;
        this.number = number;
        this.treatment = treatment;
    }

    /** The same column, known by its number in the catalog. */
    public Attribute numbered(int newNumber) {
        return new Attribute(name, type, modifier, newNumber, treatment);
    }

    public Attribute treated(Treatment newTreatment) {
        return new Attribute(name, type, modifier, number, newTreatment);
    }

    public String name() {
        return name;
    }

    public long type() {
        return type;
    }

    /** -1: none. */
    public int modifier() {
        return modifier;
    }

    /** Stays when the column gets another name; 0 if it is not known. */
    public int number() {
        return number;
    }

    public Treatment treatment() {
        return treatment;
    }
}
