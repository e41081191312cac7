package io.tributary.udfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** What holds for every text: nothing is thrown, NULL stays NULL, what is clean stays as it is, and no text takes long. */
final class PropertiesOfFunctionsTest {

    private static final String CHARACTERS = "0123456789aA bBzZ.,:;/-+()@%&=?#'\"_*€$\t\né😀\u0000\u00A0\u0130ß";

    private static final Map<String, UnaryOperator<String>> FUNCTIONS = Map.ofEntries(
            Map.entry("clean_email", new CleanEmail()::eval),
            Map.entry("country_code", new CountryCode()::eval),
            Map.entry("currency_code", new CurrencyCode()::eval),
            Map.entry("keyed_hash", new KeyedHash("0123456789abcdef0123456789abcdef")::eval),
            Map.entry("mask", text -> new Mask().eval(text, 4)),
            Map.entry("mask_email", new MaskEmail()::eval),
            Map.entry("parse_date", text -> text(new ParseDate().eval(text, "DMY"))),
            Map.entry("parse_number", text -> text(new ParseNumber().eval(text, "."))),
            Map.entry("phone_e164", text -> new PhoneE164().eval(text, "DE")),
            Map.entry("url_host", new UrlHost()::eval),
            Map.entry("url_parameter", text -> new UrlParameter().eval(text, "a")),
            Map.entry("url_path", new UrlPath()::eval));

    private static final List<String> IDEMPOTENT = List.of(
            "clean_email",
            "country_code",
            "currency_code",
            "mask",
            "mask_email",
            "parse_date",
            "parse_number",
            "phone_e164");

    @Test
    void nullIsNull() {
        FUNCTIONS.forEach(
                (name, function) -> assertThat(function.apply(null)).as(name).isNull());
    }

    @Test
    void whatIsCleanStaysAsItIs() {
        Random random = new Random(7);
        int clean = 0;
        for (int i = 0; i < 20_000; i++) {
            String text = text(random);
            for (String name : IDEMPOTENT) {
                String once = FUNCTIONS.get(name).apply(text);
                assertThat(once == null ? null : FUNCTIONS.get(name).apply(once))
                        .as("%s of '%s'", name, text)
                        .isEqualTo(once);
                clean += once == null ? 0 : 1;
            }
        }
        assertThat(clean).isGreaterThan(1000);
    }

    @Test
    void numbersAndDaysAreReadBack() {
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            BigDecimal number = BigDecimal.valueOf(random.nextLong(), random.nextInt(11));
            assertThat(new ParseNumber().eval(number.toPlainString(), ".")).isEqualByComparingTo(number);
            assertThat(new ParseNumber().eval(number.toPlainString().replace('.', ','), ","))
                    .isEqualByComparingTo(number);
            assertThat(new ParseNumber().eval(String.format(java.util.Locale.GERMANY, "%,.10f €", number), ","))
                    .isEqualByComparingTo(number);
            LocalDate day = LocalDate.of(1, 1, 1).plusDays(random.nextInt(3_650_000));
            if (day.getYear() > 9999) {
                continue;
            }
            String year = String.format("%04d", day.getYear());
            String european = day.getDayOfMonth() + "." + day.getMonthValue() + "." + year;
            String american = day.getMonthValue() + "/" + day.getDayOfMonth() + "/" + year;
            assertThat(new ParseDate().eval(day.toString())).isEqualTo(day);
            assertThat(new ParseDate().eval(european, "DMY")).isEqualTo(day);
            assertThat(new ParseDate().eval(american, "MDY")).isEqualTo(day);
        }
    }

    @Test
    void noTextTakesLong() {
        for (String part :
                List.of("1", "a", " ", "1.", "a@", "(", "http://", "a.", "1,", "é", "-", "20240301", "?a=")) {
            String longest = part.repeat(1_000_000);
            FUNCTIONS.forEach((name, function) -> Assertions.assertTimeoutPreemptively(
                    Duration.ofSeconds(30),
                    () -> assertThatCode(() -> function.apply(longest)).as(name).doesNotThrowAnyException()));
        }
    }

    private static String text(Random random) {
        List<String> starts = List.of("", "", "", "+4930", "https://", "a@b.", "2024-", "1.2.", "EUR", "DE");
        StringBuilder text = new StringBuilder(starts.get(random.nextInt(starts.size())));
        int length = random.nextInt(12);
        for (int i = 0; i < length; i++) {
            text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
        }
        return text.toString();
    }

    private static String text(Object value) {
        return value instanceof BigDecimal
                ? ((BigDecimal) value).toPlainString()
                : value == null ? null : value.toString();
    }
}
