#include "tsflow/record.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <iterator>

using namespace tsflow;
using Catch::Matchers::Equals;

namespace {

struct Quote {
    Symbol symbol;
    Timestamp time;
    double bid = 0;
    std::optional<double> ask;
    std::int64_t size = 0;
    bool open = false;
    Date day;
    std::string venue;
    std::optional<std::string> note;

    bool operator==(const Quote&) const = default;
    static constexpr auto columns() {
        return std::tuple{column("symbol", &Quote::symbol).key(),
                          column("time", &Quote::time).key().event_time(),
                          column("bid", &Quote::bid).in("USD"),
                          column("ask", &Quote::ask).in("USD"),
                          column("size", &Quote::size).in("shares"),
                          column("open", &Quote::open),
                          column("day", &Quote::day),
                          column("venue", &Quote::venue),
                          column("note", &Quote::note)};
    }
};

struct VenueView {
    std::string_view venue;
    std::optional<std::string_view> note;
    static constexpr auto columns() {
        return std::tuple{column("venue", &VenueView::venue), column("note", &VenueView::note)};
    }
};

struct AskValue {
    double ask = 0;
    static constexpr auto columns() { return std::tuple{column("ask", &AskValue::ask)}; }
};

struct BidInEuro {
    double bid = 0;
    static constexpr auto columns() { return std::tuple{column("bid", &BidInEuro::bid).in("EUR")}; }
};

struct SizeAsReal {
    double size = 0;
    static constexpr auto columns() { return std::tuple{column("size", &SizeAsReal::size)}; }
};

struct Bids {
    double bids = 0;
    static constexpr auto columns() { return std::tuple{column("bids", &Bids::bids)}; }
};

std::vector<Quote> two_quotes() {
    return {{Symbol::intern("MSFT"), Timestamp{Duration{7}}, 55.25, 55.5, 100, true,
             Date{Date::duration{3}}, "XNAS", "a note"},
            {Symbol::intern("SPY"), Timestamp{Duration{8}}, 200, std::nullopt, -1, false,
             Date{Date::duration{4}}, "", std::nullopt}};
}

Batch batch_of(const std::vector<Quote>& quotes) {
    BatchBuilder builder(schema_of<Quote>());
    for (const Quote& quote : quotes) {
        append(builder, quote);
    }
    return builder.finish();
}

}  // namespace

static_assert(std::forward_iterator<Rows<Quote>::Iterator>);

TEST_CASE("a record's columns make its schema") {
    CHECK(schema_of<Quote>()->to_string() ==
          "symbol: symbol (key), time: timestamp (key, event time), bid: float64 [USD], "
          "ask: float64? [USD], size: int64 [shares], open: bool, day: date, venue: string, "
          "note: string?");
}

TEST_CASE("records read back as they were appended") {
    const Batch batch = batch_of(two_quotes());
    const RecordReader<Quote> reader(*batch.schema());
    CHECK(reader.read(batch, 0) == two_quotes()[0]);
    CHECK(reader.read(batch, 1) == two_quotes()[1]);

    std::vector<Quote> read;
    for (const Quote& quote : rows<Quote>(batch)) {
        read.push_back(quote);
    }
    CHECK(read == two_quotes());
    CHECK(rows<Quote>(batch).size() == 2);
    CHECK(rows(batch, reader)[1] == two_quotes()[1]);
    CHECK(rows<Quote>(batch_of({})).begin() == rows<Quote>(batch_of({})).end());
}

TEST_CASE("records of a slice are those of its rows") {
    const Batch part = batch_of(two_quotes()).slice(1, 1);
    CHECK(RecordReader<Quote>(*part.schema()).read(part, 0) == two_quotes()[1]);
    CHECK(rows<Quote>(part)[0] == two_quotes()[1]);
}

TEST_CASE("rows work with the standard algorithms") {
    const Batch batch = batch_of(two_quotes());
    const auto quotes = rows<Quote>(batch);
    const auto without_ask = [](const Quote& quote) { return !quote.ask; };
    CHECK(std::ranges::count_if(quotes, without_ask) == 1);
    CHECK((*std::ranges::find_if(quotes, without_ask)).symbol.text() == "SPY");
    auto at = quotes.begin();
    CHECK((*at++).bid == 55.25);
    CHECK((*at).bid == 200);
}

TEST_CASE("a record may take some of the columns in another order") {
    // The reverse of Quote's columns, with one more in front.
    std::vector<Field> fields = schema_of<Quote>()->fields();
    std::reverse(fields.begin(), fields.end());
    fields.insert(fields.begin(), Field{"extra", Type::int64});
    BatchBuilder builder(Schema::make(fields));
    const Batch source = batch_of(two_quotes());
    for (std::size_t row = 0; row < source.rows(); ++row) {
        builder.push(0, std::int64_t{9});
        for (std::size_t column = 0; column < 9; ++column) {
            builder.push_from(9 - column, source, column, row);
        }
    }
    const Batch batch = builder.finish();
    CHECK(rows<Quote>(batch)[0] == two_quotes()[0]);
    CHECK(rows<Quote>(batch)[1] == two_quotes()[1]);
}

TEST_CASE("text members may view the batch instead of copying") {
    const Batch batch = batch_of(two_quotes());
    const auto views = rows<VenueView>(batch);
    CHECK(views[0].venue == "XNAS");
    CHECK(views[0].venue.data() == batch.strings(7)[0].data());
    CHECK(views[0].note == "a note");
    CHECK_FALSE(views[1].note);
}

TEST_CASE("a record that does not fit the schema is refused") {
    const SchemaPtr schema = schema_of<Quote>();
    CHECK_THROWS_WITH(RecordReader<AskValue>(*schema),
                      Equals("column 'ask' may be null, but a value is needed in every row"));
    CHECK_THROWS_WITH(RecordReader<BidInEuro>(*schema),
                      Equals("column 'bid' has the unit 'USD', but the unit 'EUR' is needed"));
    CHECK_THROWS_WITH(RecordReader<SizeAsReal>(*schema),
                      Equals("column 'size' is int64 [shares], but float64 is needed"));
    CHECK_THROWS_WITH(RecordReader<Bids>(*schema), Catch::Contains("did you mean 'bid'?"));
}

TEST_CASE("a nullable member takes a column that is never null") {
    BatchBuilder builder(Schema::make({{"venue", Type::string}, {"note", Type::string}}));
    builder.push(0, "XNAS");
    builder.push(1, "always");
    const Batch batch = builder.finish();
    CHECK(rows<VenueView>(batch)[0].note == "always");
}
