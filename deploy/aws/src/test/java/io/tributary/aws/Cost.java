package io.tributary.aws;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a month costs, recomputed from {@code cost.csv}: each line is a quantity, which follows from the changes a second or does not,
 * times a price. The quantities are expressions of the names that stand before them.
 */
final class Cost {

    /** One line: what is bought, how much of it a month at each size, and at which price. */
    static final class Line {
        private final String what;
        private final List<BigDecimal> quantities;
        private final BigDecimal price;
        private final String unit;

        Line(String what, List<BigDecimal> quantities, BigDecimal price, String unit) {
            this.what = what;
            this.quantities = List.copyOf(quantities);
            this.price = price;
            this.unit = unit;
        }

        BigDecimal cost(int size) {
            return quantities.get(size).multiply(price).setScale(2, RoundingMode.HALF_UP);
        }
    }

    private final List<String> sizes;
    private final List<Line> lines;

    private Cost(List<String> sizes, List<Line> lines) {
        this.sizes = List.copyOf(sizes);
        this.lines = List.copyOf(lines);
    }

    /** Lines of {@code name;formula} and {@code what;formula;price;unit}, a formula by size as {@code one|two|three}. */
    static Cost read(Path file) throws IOException {
        List<String> sizes = new ArrayList<>();
        List<Map<String, BigDecimal>> named = new ArrayList<>();
        List<Line> lines = new ArrayList<>();
        for (String text : Files.readAllLines(file)) {
            if (text.isBlank() || text.startsWith("#")) {
                continue;
            }
            String[] fields = text.split(";", -1);
            if (sizes.isEmpty()) {
                sizes.addAll(List.of(fields).subList(1, fields.length));
                sizes.forEach(size -> named.add(new LinkedHashMap<>()));
                continue;
            }
            String formulas = fields[1];
            List<BigDecimal> quantities = new ArrayList<>();
            for (int i = 0; i < sizes.size(); i++) {
                String[] each = formulas.split("\\|", -1);
                quantities.add(value(each[each.length == 1 ? 0 : i], named.get(i)));
            }
            if (fields.length == 2) {
                for (int i = 0; i < sizes.size(); i++) {
                    named.get(i).put(fields[0], quantities.get(i));
                }
                continue;
            }
            lines.add(new Line(fields[0], quantities, new BigDecimal(fields[2]), fields[3]));
        }
        return new Cost(sizes, lines);
    }

    /** A product or quotient of numbers and names, from left to right, as {@code changes * kilobytes / 1000000}. */
    private static BigDecimal value(String formula, Map<String, BigDecimal> names) {
        BigDecimal result = BigDecimal.ONE;
        String operator = "*";
        for (String word : formula.strip().split("(?<= [*/]) |\\s(?=[*/] )")) {
            if (word.equals("*") || word.equals("/")) {
                operator = word;
                continue;
            }
            BigDecimal named = names.get(word);
            BigDecimal operand = named == null ? new BigDecimal(word) : named;
            result = operator.equals("*") ? result.multiply(operand) : result.divide(operand, 6, RoundingMode.HALF_UP);
        }
        return result;
    }

    BigDecimal total(int size) {
        return lines.stream().map(line -> line.cost(size)).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    List<String> sizes() {
        return sizes;
    }

    /** As it stands in the manual. */
    String markdown() {
        StringBuilder text = new StringBuilder("| A month, in USD | " + String.join(" | ", sizes) + " |\n|---|");
        sizes.forEach(size -> text.append("--:|"));
        text.append('\n');
        for (Line line : lines) {
            text.append("| ")
                    .append(line.what)
                    .append(", ")
                    .append(line.price)
                    .append(" ")
                    .append(line.unit)
                    .append(" |");
            for (int i = 0; i < sizes.size(); i++) {
                text.append(' ').append(dollars(line.cost(i))).append(" |");
            }
            text.append('\n');
        }
        text.append("| **together** |");
        for (int i = 0; i < sizes.size(); i++) {
            text.append(" **").append(dollars(total(i))).append("** |");
        }
        return text.append('\n').toString();
    }

    private static String dollars(BigDecimal amount) {
        return String.format(java.util.Locale.ROOT, "%,.0f", amount.setScale(0, RoundingMode.HALF_UP));
    }
}
