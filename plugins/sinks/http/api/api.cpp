#include "api/api.hpp"

#include <algorithm>
#include <utility>

#include "api/select.hpp"
#include "tables/row_text.hpp"
#include "tsflow/text.hpp"

namespace tsflow::http {

namespace {

constexpr std::size_t worth_compressing = 1'024;
constexpr std::string_view token_cookie = "tsflow_token";

/// The host without its port, in lower case as browsers send it.
std::string_view name_of(std::string_view host) {
    const std::size_t colon = host.rfind(':');
    const std::size_t bracket = host.rfind(']');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || bracket < colon)) {
        host = host.substr(0, colon);
    }
    return host;
}

bool is_loopback_name(std::string_view host) {
    const std::string_view name = name_of(host);
    return name == "localhost" || name == "[::1]" || name.starts_with("127.");
}

Response refused(int status, std::string_view why) {
    return error(status, why);
}

}  // namespace

Api::Api(const Tables& tables, const Assets& assets, History* history, const Clock& clock,
         ApiFacts facts)
    : tables_(tables),
      assets_(assets),
      history_(history),
      clock_(clock),
      facts_(std::move(facts)) {}

void Api::respond(const Request& request, Done done) {
    const bool wants_gzip = accepts(request.accept_encoding, "gzip");
    const Done finish = [done = std::move(done), wants_gzip,
                         if_none_match = request.if_none_match](Response response) {
        if (response.status == 200 && !response.etag.empty() && response.etag == if_none_match) {
            response.status = 304;
            response.body = nullptr;
        }
        if (wants_gzip && response.may_compress && response.body &&
            response.body->size() >= worth_compressing) {
            response.body = std::make_shared<const std::string>(compress(*response.body));
            response.headers.emplace_back("Content-Encoding", "gzip");
        }
        done(std::move(response));
    };
    if (auto refusal = refuse(request)) {
        finish(*std::move(refusal));
        return;
    }
    try {
        dispatch(request, finish);
    } catch (const BadRequest& bad) {
        finish(error(400, bad.what(), bad.parameter()));
    }
}

/// A page of another site may send requests here, but not read what the same-origin policy keeps from
/// it; so a name that its owner points at this machine must not pass for ours.
std::optional<Response> Api::refuse(const Request& request) const {
    if (facts_.token.empty()) {
        if (facts_.loopback_only && !is_loopback_name(request.host)) {
            return refused(403, "this server answers to localhost only");
        }
        return std::nullopt;
    }
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view authorization = request.authorization;
    if (authorization.starts_with(scheme) &&
        same_secret(authorization.substr(scheme.size()), facts_.token)) {
        return std::nullopt;
    }
    if (const auto cookie = percent_decode(cookie_value(request.cookie, token_cookie), false);
        cookie && same_secret(*cookie, facts_.token)) {
        return std::nullopt;
    }
    // A browser's first visit, with the token in the address: kept as a cookie from there on.
    if (request.target.starts_with("/?")) {
        try {
            const Target target = parse_target(request.target);
            if (same_secret(target.text("token"), facts_.token)) {
                Response response;
                response.status = 303;
                response.headers = {
                    {"Location", "/"},
                    {"Set-Cookie", std::string{token_cookie} + "=" + percent_encode(facts_.token) +
                                       "; HttpOnly; SameSite=Strict; Path=/"}};
                return response;
            }
        } catch (const BadRequest&) {
            return refused(401, "the token is not right");
        }
    }
    Response response = refused(
        401, "a token is needed: as `Authorization: Bearer …`, or once as /?token=… in a browser");
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
}

std::optional<Response> Api::refuse_socket(const Request& request) const {
    if (auto refusal = refuse(request)) {
        return refusal;
    }
    // Browsers let every page open a websocket, and name the page's origin.
    if (const std::string& origin = request.origin; !origin.empty()) {
        const std::size_t host = origin.find("://");
        if (host == std::string::npos || origin.substr(host + 3) != request.host) {
            return refused(403, "a page of another origin may not open a websocket");
        }
    }
    return std::nullopt;
}

void Api::dispatch(const Request& request, const Done& done) const {
    const Target target = parse_target(request.target);
    if (!target.path.starts_with("/api/")) {
        page(request, target, done);
        return;
    }
    for (const Route& route : routes()) {
        const std::size_t brace = route.path.find('{');
        std::string_view inner;
        if (brace == std::string_view::npos) {
            if (target.path != route.path) {
                continue;
            }
            inner = route.table;
        } else {
            if (!target.path.starts_with(route.path.substr(0, brace))) {
                continue;
            }
            inner = std::string_view{target.path}.substr(brace);
            if (inner.empty() || inner.find('/') != std::string_view::npos) {
                continue;
            }
        }
        if (!route.rows) {
            std::vector<std::string> known;
            for (const ParameterInfo& parameter : route.parameters) {
                if (!parameter.in_path) {
                    known.emplace_back(parameter.name);
                }
            }
            target.only(known);
        }
        (this->*route.answer)({request, target, inner, done});
        return;
    }
    done(error(404,
               "there is nothing at " + target.path + "; /api/openapi.json tells what there is"));
}

void Api::page(const Request& request, const Target& target, const Done& done) const {
    const Response* asset = assets_.find(target.path, accepts(request.accept_encoding, "gzip"));
    if (asset == nullptr) {
        done(error(404, "there is nothing at " + target.path));
        return;
    }
    Response response = *asset;
    response.may_compress = false;
    done(std::move(response));
}

Response Api::not_wired(std::string_view table) {
    return error(404, "no input of this sink is called '" + std::string{table} +
                          "', so there is nothing to show");
}

std::string Api::etag_of(std::uint64_t sequence, std::string_view kind) const {
    return "W/\"" + facts_.epoch + "-" + std::to_string(sequence) + "-" + std::string{kind} + "\"";
}

Response Api::rows_of(const Table& table, const Target& target, const Request& request,
                      std::string_view path) const {
    const RowQuery query = parse_row_query(table, target);
    const std::string format = target.text("format");
    if (!format.empty() && format != "csv" && format != "json") {
        throw BadRequest("format", "format must be json or csv");
    }
    const bool csv = format == "csv" || (format.empty() && accepts(request.accept, "text/csv"));
    Response response;
    response.etag = etag_of(table.sequence(), csv ? "csv" : "json");
    if (response.etag == request.if_none_match) {
        return response;
    }
    const Selection selected = select(table, query);
    std::string body;
    if (csv) {
        response.content_type = "text/csv; charset=utf-8";
        append_csv_head(body, table.schema(), query.columns);
        for (const Table::Slot slot : selected.slots) {
            append_csv_line(body, table, slot, query.columns);
        }
    } else {
        body = "{\"table\":";
        append_json_text(body, table.name());
        body += ",\"epoch\":";
        append_json_text(body, facts_.epoch);
        body += ",\"sequence\":" + std::to_string(table.sequence());
        body += ",\"count\":" + std::to_string(selected.slots.size()) + ",\"rows\":[";
        bool first = true;
        for (const Table::Slot slot : selected.slots) {
            body += std::exchange(first, false) ? "" : ",";
            append_json_object(body, table, slot, query.columns);
        }
        body += "],\"next\":";
        if (selected.next.empty()) {
            body += "null";
        } else {
            append_json_text(body, selected.next);
        }
        body += '}';
    }
    if (!selected.next.empty()) {
        std::string link = "<";
        link += path;
        link += '?';
        for (const auto& [name, value] : target.parameters) {
            if (name != "after") {
                link += percent_encode(name) + "=" + percent_encode(value) + "&";
            }
        }
        response.headers.emplace_back("Link", link + "after=" + selected.next + ">; rel=\"next\"");
    }
    response.body = std::make_shared<const std::string>(std::move(body));
    return response;
}

void Api::answer_table(const Call& call) const {
    const Table* table = tables_.find(call.path);
    if (table == nullptr) {
        call.done(
            error(404, "there is no table '" + std::string{call.path} + "'; /api/tables lists them",
                  "name"));
        return;
    }
    call.done(rows_of(*table, call.target, call.request, "/api/tables/" + table->name()));
}

void Api::answer_view(const Call& call) const {
    const Table* table = tables_.find(call.path);
    if (table == nullptr) {
        call.done(not_wired(call.path));
        return;
    }
    call.done(rows_of(*table, call.target, call.request, call.target.path));
}

void Api::answer_tables(const Call& call) const {
    Response response;
    response.etag = etag_of(tables_.sequence(), "tables");
    response.body = std::make_shared<const std::string>(status(false));
    call.done(std::move(response));
}

void Api::answer_status(const Call& call) const {
    call.done(json_answer(200, status(false)));
}

void Api::answer_pipeline(const Call& call) const {
    std::string status = facts_.run_status ? facts_.run_status() : std::string{};
    call.done(status.empty() ? error(404, "nothing is known of the run")
                             : json_answer(200, std::move(status)));
}

std::string Api::status(bool heartbeat) const {
    std::string out = "{";
    const auto text = [&](std::string_view name, std::string_view value) {
        append_json_text(out, name);
        out += ':';
        append_json_text(out, value);
        out += ',';
    };
    if (heartbeat) {
        text("type", "status");
    }
    text("pipeline", facts_.pipeline);
    text("epoch", facts_.epoch);
    text("notice", facts_.notice);
    text("now", format_timestamp(clock_.now()));
    out +=
        "\"stale_after_ms\":" + std::to_string(facts_.stale_after / std::chrono::milliseconds{1});
    out += ",\"history\":";
    out += history_ == nullptr ? "false" : "true";
    out += ",\"sequence\":" + std::to_string(tables_.sequence()) + ",\"tables\":[";
    for (std::size_t i = 0; i < tables_.size(); ++i) {
        const Table& table = tables_[i];
        out += i == 0 ? "{" : ",{";
        text("name", table.name());
        text("keeps", to_string(table.keeps()));
        out += "\"rows\":" + std::to_string(table.rows());
        out += ",\"sequence\":" + std::to_string(table.sequence()) + ",\"newest_event\":";
        if (const auto newest = table.newest_event()) {
            append_json_text(out, format_timestamp(*newest));
        } else {
            out += "null";
        }
        if (heartbeat) {
            out += '}';
            continue;
        }
        out += ",\"columns\":[";
        for (std::size_t c = 0; c < table.schema().size(); ++c) {
            const Field& field = table.schema()[c];
            out += c == 0 ? "{" : ",{";
            text("name", field.name);
            text("type", to_string(field.type));
            text("unit", field.unit);
            out += std::string{"\"nullable\":"} + (field.nullable ? "true" : "false");
            out += std::string{",\"key\":"} + (field.key ? "true" : "false");
            out += std::string{",\"event_time\":"} + (field.event_time ? "true}" : "false}");
        }
        out += "]}";
    }
    return out + "]}";
}

}  // namespace tsflow::http
