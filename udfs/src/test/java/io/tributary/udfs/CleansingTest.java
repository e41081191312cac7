package io.tributary.udfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By example, what each function makes; {@code -} stands for NULL. */
final class CleansingTest {

    @ParameterizedTest
    @CsvSource({
        "030 / 90 18 20, DE, +493090 1820",
        "+49 (30) 901820, -, +4930901820",
        "tel:+49-30-901820, -, +4930901820",
        "0044 20 7946 0018, de, +442079460018",
        "(650) 253-0000 ext. 12, US, +16502530000",
        "'1-800-FLOWERS', US, +18003569377",
        "０３０ ９０１８２０, DE, +4930901820",
        "030 901820, -, -",
        "030 901820, XX, -",
        "030 901820, '', -",
        "123, DE, -",
        "+49 30 0000000000000000, -, -",
        "none, DE, -",
        "'', DE, -",
        "-, DE, -"
    })
    void phoneE164(String raw, String region, String expected) {
        assertThat(new PhoneE164().eval(given(raw), given(region)))
                .isEqualTo(expected.equals("-") ? null : expected.replace(" ", ""));
    }

    @Test
    void aPhoneNumberWithoutARegionIsInternational() {
        assertThat(new PhoneE164().eval("+49 30 901820")).isEqualTo("+4930901820");
        assertThat(new PhoneE164().eval("030 901820")).isNull();
    }

    /** Other numbers are valid to another version: then the function's code has to be another, too. */
    @Test
    void phoneE164NamesTheVersionOfTheLibrary() throws Exception {
        Properties properties = new Properties();
        try (InputStream in = PhoneE164.class.getResourceAsStream(
                "/META-INF/maven/com.googlecode.libphonenumber/libphonenumber/pom.properties")) {
            properties.load(in);
        }
        assertThat(PhoneE164.NUMBERS_OF).isEqualTo(properties.getProperty("version"));
    }

    @ParameterizedTest
    @CsvSource({
        "4111111111111111, 4, ************1111",
        "123456789, 4, *****6789",
        "12345678, 4, ********",
        "1234, 4, ****",
        "1234, 0, ****",
        "1234, -1, ****",
        "1234, 2147483647, ****",
        "'', 4, ''",
        "ab😀cd😀, 1, *****😀",
        "-, 4, -"
    })
    void mask(String text, int visible, String expected) {
        assertThat(new Mask().eval(given(text), visible)).isEqualTo(given(expected));
    }

    @Test
    void maskShowsNothingIfNothingIsSaid() {
        assertThat(new Mask().eval("12345", null)).isEqualTo("*****");
    }

    @ParameterizedTest
    @CsvSource({
        "ann@example.com, a***@example.com",
        "a@example.com, a***@example.com",
        "a***@example.com, a***@example.com",
        "'\"a@b\"@example.com', '\"***@example.com'",
        "😀x@example.com, 😀***@example.com",
        "@example.com, ***",
        "ann, ***",
        "'', ***",
        "-, -"
    })
    void maskEmail(String address, String expected) {
        assertThat(new MaskEmail().eval(given(address))).isEqualTo(given(expected));
    }

    /** The hashes are what openssl says. */
    @Test
    void keyedHashIsHmacSha256() {
        KeyedHash hash = new KeyedHash("0123456789abcdef0123456789abcdef");
        assertThat(hash.eval("ann@example.com"))
                .isEqualTo("093e3dd9df951c5008225d533a0175475075f7551ed269c5e61fa29bc2819ae4")
                .isEqualTo(new KeyedHash("0123456789abcdef0123456789abcdef").eval("ann@example.com"));
        assertThat(hash.eval("")).isEqualTo("796cd3078af14636753d26b3b5555422ff55a3e261cf847b48e95371b9bd0aa2");
        assertThat(hash.eval("Ann@example.com")).isNotEqualTo(hash.eval("ann@example.com"));
        assertThat(new KeyedHash("f123456789abcdef0123456789abcdef").eval("ann@example.com"))
                .isNotEqualTo(hash.eval("ann@example.com"));
        assertThat(hash.eval(null)).isNull();
    }

    @Test
    void keyedHashTakesNoShortKeyAndDoesNotTellIt() {
        assertThatThrownBy(() -> new KeyedHash("hunter2"))
                .hasMessage("the key of keyed_hash has 7 characters: give it 32 or more");
    }

    @ParameterizedTest
    @CsvSource({
        "de, DE",
        "DEU, DE",
        "' Germany ', DE",
        "the netherlands, NL",
        "'Gambia, The', GM",
        "Holland, NL",
        "UK, GB",
        "U.S.A., US",
        "United States of America, US",
        "Côte d'Ivoire, CI",
        "Cote d’Ivoire, CI",
        "Türkiye, TR",
        "Trinidad and Tobago, TT",
        "Trinidad & Tobago, TT",
        "Saint Barthélemy, BL",
        "Åland Islands, AX",
        "São Tomé & Príncipe, ST",
        "Democratic Republic of the Congo, CD",
        "and, AD",
        "the, -",
        "Korea, -",
        "Atlantis, -",
        "XX, -",
        "'', -",
        "-, -"
    })
    void countryCode(String text, String expected) {
        assertThat(new CountryCode().eval(given(text))).isEqualTo(given(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "eur, EUR",
        "' EUR ', EUR",
        "€, EUR",
        "Euro, EUR",
        "us$, USD",
        "zł, PLN",
        "₹, INR",
        "HRK, HRK",
        "$, -",
        "£, -",
        "DEM, -",
        "XXX, -",
        "'', -",
        "-, -"
    })
    void currencyCode(String text, String expected) {
        assertThat(new CurrencyCode().eval(given(text))).isEqualTo(given(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "https://ann@Shop.Example.com:8443/a?b=c, shop.example.com, /a, c",
        "HTTP://example.com, example.com, /, -",
        "//example.com/a, example.com, /a, -",
        "example.com/a/b%20c?x=1&b=2#b=3, example.com, /a/b%20c, 2",
        "example.com:8080?b, example.com, /, ''",
        "example.com?b=a%20+b%, example.com, /, 'a%20+b%'",
        "example.com?b=a%20+b, example.com, /, 'a  b'",
        "example.com?%62=1, example.com, /, 1",
        "example.com.#?b=1, example.com, /, -",
        "http://localhost, localhost, /, -",
        "http://[::1]:80/x, [::1], /x, -",
        "http://münchen.example/, münchen.example, /, -",
        "http://a@b@c.d/, c.d, /, -",
        "localhost, -, -, -",
        "mailto:a@b.c, -, -, -",
        "a@b.c, -, -, -",
        "http://, -, -, -",
        "http://a..b/, -, -, -",
        "http://a b/, -, -, -",
        "/path, -, -, -",
        "'', -, -, -",
        "-, -, -, -"
    })
    void partsOfUrls(String url, String host, String path, String b) {
        assertThat(new UrlHost().eval(given(url))).isEqualTo(given(host));
        assertThat(new UrlPath().eval(given(url))).isEqualTo(given(path));
        assertThat(new UrlParameter().eval(given(url), "b")).isEqualTo(given(b));
        assertThat(new UrlParameter().eval(given(url), null)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.234,50 €|,|1234.5",
                "1,234.50|.|1234.5",
                "1 234,5|,|1234.5",
                "1'234.5|.|1234.5",
                "-1_000|.|-1000",
                "1000-|.|-1000",
                "(12.5)|.|-12.5",
                "$ -3.20|.|-3.2",
                "-$3.20|.|-3.2",
                "EUR 3|.|3",
                "3 EUR|.|3",
                "12 %|.|12",
                "+5|.|5",
                "\u22125|.|-5",
                "1e3|.|1000",
                "1.5E-2|.|0.015",
                ".5|.|0.5",
                "5.|.|5",
                "007|.|7",
                "0.00000000005|.|0.0000000001",
                "1e-999|.|0",
                "0e999|.|0",
                "9999999999999999999999999999|.|9999999999999999999999999999",
                "99999999999999999999999999999|.|-",
                "9999999999999999999999999999.99999999995|.|-",
                "1e28|.|-",
                "12.34.5|.|-",
                "1234,567|.|-",
                "1,23|.|-",
                "1,234 567|.|-",
                "1.234|,|1234",
                "1.234|;|-",
                "--5|.|-",
                "(-5)|.|-",
                "abc|.|-",
                "1e|.|-",
                "|.|-",
                "-|.|-"
            })
    void parseNumber(String text, String mark, String expected) {
        BigDecimal number = new ParseNumber().eval(text == null ? "" : given(text), mark);
        if (expected.equals("-")) {
            assertThat(number).isNull();
            return;
        }
        assertThat(number).isEqualByComparingTo(expected);
        assertThat(number.scale()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2024-03-01|-|2024-03-01",
                "2024/3/1|-|2024-03-01",
                "20240301|-|2024-03-01",
                "20240301T120000Z|-|2024-03-01",
                "2024-03-01T23:59:59+02:00|-|2024-03-01",
                "2024-03-01 23:59|-|2024-03-01",
                "01.03.2024|DMY|2024-03-01",
                "1/3/24|dmy|2024-03-01",
                "3/1/24|MDY|2024-03-01",
                "1-3-2024|DMY|2024-03-01",
                "13.03.2024|-|2024-03-13",
                "03/13/2024|-|2024-03-13",
                "05.05.2024|-|2024-05-05",
                "01.03.2024|-|-",
                "13.03.2024|MDY|-",
                "1 March 2024|-|2024-03-01",
                "1st Mar. 2024|-|2024-03-01",
                "01-MAR-24|-|2024-03-01",
                "Mar 1, 2024|-|2024-03-01",
                "March 1 2024 10:00|-|2024-03-01",
                "1.3.69|DMY|2069-03-01",
                "1.3.70|DMY|1970-03-01",
                "2024-02-30|-|-",
                "2023-02-29|-|-",
                "29.02.2024|DMY|2024-02-29",
                "0000-01-01|-|-",
                "1 Mrz 2024|-|-",
                "2024-03|-|-",
                "1234567890|-|-",
                "today|-|-",
                "|-|-",
                "-|-|-"
            })
    void parseDate(String text, String order, String expected) {
        LocalDate day = new ParseDate().eval(text == null ? "" : given(text), given(order));
        assertThat(day).isEqualTo(expected.equals("-") ? null : LocalDate.parse(expected));
    }

    private static String given(String text) {
        return "-".equals(text) ? null : text;
    }
}
