#include "api/api.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tsflow/builder.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::http;
using nlohmann::json;

namespace {

constexpr const char* bar_header =
    "symbol:symbol/key timestamp:timestamp/key/event_time open:float64[USD] high:float64[USD] "
    "low:float64[USD] close:float64[USD] volume:float64[shares] transactions:int64?\n";

Batch bars(const std::string& rows) {
    return testing::table(bar_header + rows);
}

struct Fixture {
    Fixture() {
        facts.pipeline = "test";
        facts.epoch = "e1";
        facts.notice = "SYNTHETIC";
        tables.apply(0, bars("AAPL 2025-11-03T14:30:00Z 10 12 9  11   100 null\n"
                             "AAPL 2025-11-03T14:31:00Z 11 11 8  8.5  50  3\n"
                             "MSFT 2025-11-03T14:31:00Z 50 50 50 50   7.5 null\n"));
    }
    Response ask(Request request) {
        Response answer;
        answer.status = 0;
        Api api(tables, assets, nullptr, clock, facts);
        api.respond(request, [&](Response response) { answer = std::move(response); });
        return answer;
    }
    Response get(const std::string& target) {
        Request request;
        request.target = target;
        request.host = "localhost:8080";
        return ask(request);
    }
    std::string text(const std::string& target) {
        const Response answer = get(target);
        return std::to_string(answer.status) + " " + (answer.body ? *answer.body : "");
    }
    json object(const std::string& target) { return json::parse(*get(target).body); }

    Tables tables{{{"bars", bars("A 2025-11-03T14:30:00Z 1 1 1 1 1 1").schema()},
                   {"health", testing::schema("connection:symbol/key state:string")}},
                  {}};
    Assets assets{"/nonexistent"};
    testing::FakeClock clock;
    ApiFacts facts;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "recent ticks are answered as by the system that this one replaces") {
    CHECK(
        text("/api/ticks/recent?symbol=aapl") ==
        R"(200 {"symbol":"AAPL","count":2,"ticks":[)"
        R"({"symbol":"AAPL","timestamp":1762180260.0,"open":11,"high":11,"low":8,"close":8.5,"volume":50},)"
        R"({"symbol":"AAPL","timestamp":1762180200.0,"open":10,"high":12,"low":9,"close":11,"volume":100}]})");
    CHECK(
        text("/api/ticks/recent?symbol=AAPL&since=1762180200")
            .starts_with(
                R"(200 {"symbol":"AAPL","count":1,"ticks":[{"symbol":"AAPL","timestamp":1762180260.0)"));
    CHECK(object("/api/ticks/recent?symbol=AAPL&since=1762180199.5")["count"] == 2);
    CHECK(object("/api/ticks/recent?symbol=AAPL&limit=1")["ticks"][0]["close"] == 8.5);
    CHECK(text("/api/ticks/recent?symbol=NONE") == R"(200 {"symbol":"NONE","count":0,"ticks":[]})");

    CHECK(text("/api/ticks/recent") == R"(400 {"error":"Missing required parameter: symbol"})");
    for (const char* limit : {"0", "1001", "-1", "x", "1.5", ""}) {
        const Response refused = get(std::string{"/api/ticks/recent?symbol=A&limit="} + limit);
        CHECK(refused.status == 400);
        CHECK(json::parse(*refused.body)["parameter"] == "limit");
    }
    CHECK(object("/api/ticks/recent?symbol=A&since=soon")["parameter"] == "since");
}

TEST_CASE_METHOD(Fixture, "minutes are put together to wider candles") {
    CHECK(text("/api/bars/AAPL?tf=5m") ==
          R"(200 {"symbol":"AAPL","tf":"5m","count":1,"bars":[{"time":"2025-11-03T14:30:00Z",)"
          R"("open":10,"high":12,"low":8,"close":8.5,"volume":150}]})");
    CHECK(object("/api/bars/AAPL?from=2025-11-03T14:31:00Z")["count"] == 1);
    CHECK(object("/api/bars/AAPL?to=2025-11-03T14:31:00Z")["bars"][0]["close"] == 11);
    CHECK(object("/api/bars/AAPL?tf=2m")["parameter"] == "tf");
    CHECK(object("/api/bars/AAPL?from=2&to=1")["parameter"] == "to");
}

TEST_CASE_METHOD(Fixture, "a symbol's page has its newest row of each table") {
    const json page = object("/api/symbols/MSFT");
    CHECK(page["tables"]["bars"][0]["volume"] == 7.5);
    CHECK_FALSE(page["tables"].contains("health"));
    CHECK(get("/api/symbols/NONE").status == 404);
}

TEST_CASE_METHOD(Fixture, "views of tables that are not wired in say so") {
    CHECK(
        text("/api/breadth") ==
        R"(404 {"error":"no input of this sink is called 'breadth', so there is nothing to show"})");
    CHECK(get("/api/threshold-bars").status == 404);
    CHECK(get("/api/tables/nothing").status == 404);
    CHECK(get("/api/nothing").status == 404);
    CHECK(get("/../../etc/passwd").status == 404);
    CHECK(get("/%2e%2e/%2e%2e/etc/passwd").status == 404);
}

TEST_CASE_METHOD(Fixture, "bad parameters are named") {
    const auto blamed = [&](const std::string& query) {
        const Response refused = get("/api/tables/bars?" + query);
        CHECK(refused.status == 400);
        return json::parse(*refused.body)["parameter"].get<std::string>();
    };
    CHECK(blamed("limit=0") == "limit");
    CHECK(blamed("limit=10001") == "limit");
    CHECK(blamed("order=cloze") == "order");
    CHECK(blamed("columns=symbol,cloze") == "columns");
    CHECK(blamed("columns=") == "columns");
    CHECK(blamed("close=high") == "close");
    CHECK(blamed("close.gte=high") == "close.gte");
    CHECK(blamed("timestamp=now") == "timestamp");
    CHECK(blamed("format=xml") == "format");
    CHECK(blamed("after=zz") == "after");
    CHECK(blamed("after=3d311f") == "after");
    CHECK(blamed("per_key=-1") == "per_key");
    CHECK(blamed("close=1&close=2") == "close");
    CHECK(blamed("limt=1") == "limt");
    CHECK(text("/api/tables/bars?limt=1").find("did you mean 'limit'?") != std::string::npos);
    CHECK(blamed("a=%zz") == "query");
    CHECK(object("/api/status?x=1")["parameter"] == "x");
    CHECK(object("/api/rankings?k=0")["error"].get<std::string>().find("rankings") !=
          std::string::npos);
}

TEST_CASE_METHOD(Fixture, "what has not changed is not sent again") {
    const Response first = get("/api/tables/bars");
    Request again;
    again.target = "/api/tables/bars";
    again.host = "localhost";
    again.if_none_match = first.etag;
    CHECK(ask(again).status == 304);
    CHECK(ask(again).body == nullptr);
    again.accept = "text/csv";
    CHECK(ask(again).status == 200);
    again.accept = "";
    tables.apply(0, bars("MSFT 2025-11-03T14:31:00Z 50 50 50 51 7.5 null"));
    CHECK(ask(again).status == 200);
}

TEST_CASE_METHOD(Fixture, "tables come as CSV to those who accept it") {
    Request request;
    request.target = "/api/tables/bars?columns=symbol,close&order=-close&limit=2";
    request.host = "[::1]:8080";
    request.accept = "application/json;q=0, text/csv";
    const Response answer = ask(request);
    CHECK(answer.content_type == "text/csv; charset=utf-8");
    CHECK(*answer.body == "symbol,close\r\nMSFT,50\r\nAAPL,11\r\n");
    CHECK(answer.headers.front().first == "Link");
}

TEST_CASE_METHOD(Fixture, "long answers are compressed for those who accept it") {
    std::string rows;
    for (int i = 0; i < 60; ++i) {
        rows += "S" + std::to_string(i) + " 2025-11-03T14:31:00Z 50 50 50 50 7.5 null\n";
    }
    tables.apply(0, bars(rows));
    Request request;
    request.target = "/api/tables/bars";
    request.host = "127.0.0.1";
    const std::string plain = *ask(request).body;
    request.accept_encoding = "br, gzip;q=0.5";
    const Response packed = ask(request);
    CHECK(packed.headers.back() == std::pair<std::string, std::string>{"Content-Encoding", "gzip"});
    CHECK(packed.body->size() * 4 < plain.size());
    CHECK(packed.body->starts_with("\x1f\x8b"));
    request.accept_encoding = "gzip;q=0";
    CHECK(*ask(request).body == plain);
}

TEST_CASE_METHOD(Fixture,
                 "a token is asked of everybody, by header, cookie, or once in the address") {
    facts.token = "0123456789abcdef";
    facts.loopback_only = false;
    Request request;
    request.host = "example.org";
    request.target = "/api/tables";
    CHECK(ask(request).status == 401);
    request.authorization = "Bearer 0123456789abcdeg";
    CHECK(ask(request).status == 401);
    request.authorization = "Bearer 0123456789abcdef";
    CHECK(ask(request).status == 200);
    request.authorization = "";
    request.cookie = "a=b; tsflow_token=0123456789abcdef";
    CHECK(ask(request).status == 200);
    request.cookie = "tsflow_token=";
    CHECK(ask(request).status == 401);
    request.cookie = "";
    request.target = "/?token=0123456789abcdef";
    const Response entered = ask(request);
    CHECK(entered.status == 303);
    CHECK(entered.headers.back().second.find("HttpOnly; SameSite=Strict") != std::string::npos);
    request.target = "/?token=wrong";
    CHECK(ask(request).status == 401);
}

TEST_CASE_METHOD(Fixture, "pages of other sites reach nothing") {
    Request request;
    request.target = "/api/tables";
    request.host = "evil.example:8080";  // a name that points at 127.0.0.1
    CHECK(ask(request).status == 403);
    request.host = "localhost:8080";
    request.origin = "http://evil.example";
    Api api(tables, assets, nullptr, clock, facts);
    CHECK(api.refuse_socket(request)->status == 403);
    request.origin = "http://localhost:8080";
    CHECK_FALSE(api.refuse_socket(request));
}

TEST_CASE_METHOD(Fixture, "any row query answers what the rows say, page by page") {
    std::mt19937 random(3);
    BatchBuilder builder(tables[0].schema().size() > 0
                             ? bars("A 2025-11-03T14:30:00Z 1 1 1 1 1 1").schema()
                             : nullptr);
    struct Row {
        std::string symbol;
        std::int64_t minute;
        double close;
        double volume;
    };
    std::vector<Row> rows = {{"AAPL", 0, 11, 100}, {"AAPL", 1, 8.5, 50}, {"MSFT", 1, 50, 7.5}};
    const Timestamp start = *parse_timestamp("2025-11-03T14:30:00Z");
    for (int i = 0; i < 400; ++i) {
        const Row row{"S" + std::to_string(i % 40), i / 40, static_cast<double>(random() % 20),
                      static_cast<double>(random() % 5)};
        rows.push_back(row);
        builder.push(0, row.symbol);
        builder.push(1, start + std::chrono::minutes{row.minute});
        for (const std::size_t column : {2, 3, 4}) {
            builder.push(column, 1.0);
        }
        builder.push(5, row.close);
        builder.push(6, row.volume);
        builder.push_null(7);
    }
    tables.apply(0, builder.finish());
    for (int round = 0; round < 60; ++round) {
        const double least = static_cast<double>(random() % 20);
        const std::string symbol = random() % 2 == 0 ? "" : "S" + std::to_string(random() % 45);
        const bool descending = random() % 2 == 0;
        const std::size_t limit = 1 + random() % 50;
        std::vector<Row> expected;
        std::copy_if(rows.begin(), rows.end(), std::back_inserter(expected), [&](const Row& row) {
            return row.close >= least && (symbol.empty() || row.symbol == symbol);
        });
        std::sort(expected.begin(), expected.end(), [&](const Row& a, const Row& b) {
            if (a.volume != b.volume) {
                return descending ? a.volume > b.volume : a.volume < b.volume;
            }
            return std::tie(a.symbol, a.minute) < std::tie(b.symbol, b.minute);
        });
        std::string query = "/api/tables/bars?close.gte=" + std::to_string(least) +
                            "&order=" + (descending ? "-" : "") +
                            "volume&limit=" + std::to_string(limit) +
                            (symbol.empty() ? "" : "&symbol=" + symbol);
        CAPTURE(query);
        std::size_t seen = 0;
        std::string after;
        do {
            const json page = object(query + after);
            REQUIRE(page["rows"].size() == std::min(limit, expected.size() - seen));
            for (const json& row : page["rows"]) {
                REQUIRE(row["symbol"] == expected[seen].symbol);
                REQUIRE(row["timestamp"] ==
                        format_timestamp(start + std::chrono::minutes{expected[seen].minute}));
                REQUIRE(row["close"] == expected[seen].close);
                ++seen;
            }
            after = page["next"].is_null() ? "" : "&after=" + page["next"].get<std::string>();
        } while (!after.empty());
        CHECK(seen == expected.size());
    }
}

namespace {

/// What of JSON Schema the document uses.
void check_schema(const json& document, const json& schema, const json& value,
                  const std::string& at) {
    CAPTURE(at);
    if (schema.contains("$ref")) {
        const std::string name = schema["$ref"].get<std::string>().substr(21);
        REQUIRE(document["components"]["schemas"].contains(name));
        check_schema(document, document["components"]["schemas"][name], value, at);
        return;
    }
    if (value.is_null()) {
        CHECK(schema.value("nullable", false));
        return;
    }
    const std::string type = schema["type"];
    CHECK((type == "object"    ? value.is_object()
           : type == "array"   ? value.is_array()
           : type == "integer" ? value.is_number_integer()
           : type == "number"  ? value.is_number()
           : type == "boolean" ? value.is_boolean()
                               : value.is_string()));
    if (schema.contains("enum")) {
        CHECK(std::count(schema["enum"].begin(), schema["enum"].end(), value) == 1);
    }
    for (const json& name : schema.value("required", json::array())) {
        CHECK(value.contains(name.get<std::string>()));
    }
    if (type == "object" && schema.contains("properties")) {
        for (const auto& [name, inner] : value.items()) {
            INFO(name);
            if (at == "/" && !schema["properties"].contains(name)) {
                continue;  // of the document itself only its frame is described
            }
            REQUIRE(schema["properties"].contains(name));
            check_schema(document, schema["properties"][name], inner, at + name + "/");
        }
    }
    if (type == "array") {
        for (const json& item : value) {
            check_schema(document, schema["items"], item, at + "0/");
        }
    }
}

}  // namespace

TEST_CASE_METHOD(Fixture, "every answer is what the OpenAPI document says") {
    const json document = object("/api/openapi.json");
    std::set<std::string> paths;
    for (const auto& [path, methods] : document["paths"].items()) {
        paths.insert(path);
        INFO(path);
        const json& get_of = methods["get"];
        std::string target = path;
        std::string query = "?";
        for (const json& parameter : get_of["parameters"]) {
            if (parameter["in"] == "path") {
                CHECK(parameter["required"] == true);
                const std::string braces = "{" + parameter["name"].get<std::string>() + "}";
                target.replace(target.find(braces), braces.size(),
                               parameter["name"] == "name" ? "bars" : "AAPL");
            } else if (parameter["required"] == true) {
                query += parameter["name"].get<std::string>() + "=AAPL&";
            }
        }
        const Response answer = get(target + query);
        INFO(*answer.body);
        const json& described = get_of["responses"][std::to_string(answer.status)];
        check_schema(document, described["content"]["application/json"]["schema"],
                     json::parse(*answer.body), path == "/api/openapi.json" ? "/" : target);
        const json refused = object(target + "?limit=x&limit=y");
        check_schema(document, json{{"$ref", "#/components/schemas/Error"}}, refused, target);
    }
    CHECK(paths.size() == Api::routes().size());
}
