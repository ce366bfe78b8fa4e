#include <string>

#include "api/api.hpp"
#include "api/select.hpp"
#include "tsflow/text.hpp"

namespace tsflow::http {

namespace {

using Parameter = Api::ParameterInfo;

const std::vector<Parameter>& row_parameters() {
    static const std::vector<Parameter> all = {
        {"limit", "integer", "Rows of one answer, 1 to 10000; default 100"},
        {"order", "string", "A column; with - in front descending. Default: the key"},
        {"after", "string", "Goes on behind an earlier answer: its `next`"},
        {"columns", "string", "Names separated by commas; default all"},
        {"per_key", "integer",
         "Of a table with a time in its key: so many rows of each series, the newest"},
        {"format", "string", "json or csv; default as Accept says"}};
    return all;
}

void append(std::string& out, std::string_view name, std::string_view text) {
    append_json_text(out, name);
    out += ':';
    append_json_text(out, text);
}

void append_parameter(std::string& out, const Parameter& parameter) {
    out += '{';
    append(out, "name", parameter.name);
    out += ',';
    append(out, "in", parameter.in_path ? "path" : "query");
    out += ',';
    append(out, "description", parameter.doc);
    out += std::string{",\"required\":"} + (parameter.required ? "true" : "false");
    out += ",\"schema\":{";
    append(out, "type", parameter.type);
    out += "}}";
}

/// Schemas of the answers. Rows have the columns of their table, which /api/tables tells.
constexpr std::string_view schemas = R"({
"Error":{"type":"object","required":["error"],"properties":{"error":{"type":"string"},"parameter":{"type":"string"}}},
"Rows":{"type":"object","required":["table","epoch","sequence","count","rows","next"],"properties":{
 "table":{"type":"string"},"epoch":{"type":"string"},"sequence":{"type":"integer"},"count":{"type":"integer"},
 "rows":{"type":"array","items":{"type":"object"}},"next":{"type":"string","nullable":true}}},
"Status":{"type":"object","required":["pipeline","epoch","notice","now","stale_after_ms","history","sequence","tables"],"properties":{
 "pipeline":{"type":"string"},"epoch":{"type":"string"},"notice":{"type":"string"},"now":{"type":"string","format":"date-time"},
 "stale_after_ms":{"type":"integer"},"history":{"type":"boolean"},"sequence":{"type":"integer"},
 "tables":{"type":"array","items":{"type":"object","required":["name","keeps","rows","sequence","newest_event","columns"],"properties":{
  "name":{"type":"string"},"keeps":{"type":"string","enum":["latest","series","all"]},"rows":{"type":"integer"},
  "sequence":{"type":"integer"},"newest_event":{"type":"string","format":"date-time","nullable":true},
  "columns":{"type":"array","items":{"type":"object","required":["name","type","unit","nullable","key","event_time"],"properties":{
   "name":{"type":"string"},"type":{"type":"string"},"unit":{"type":"string"},"nullable":{"type":"boolean"},
   "key":{"type":"boolean"},"event_time":{"type":"boolean"}}}}}}}}},
"Ticks":{"type":"object","required":["symbol","count","ticks"],"properties":{"symbol":{"type":"string"},"count":{"type":"integer"},
 "ticks":{"type":"array","items":{"type":"object","required":["symbol","timestamp","open","high","low","close","volume"],"properties":{
  "symbol":{"type":"string"},"timestamp":{"type":"number"},"open":{"type":"number"},"high":{"type":"number"},
  "low":{"type":"number"},"close":{"type":"number"},"volume":{"type":"number"}}}}}},
"Bars":{"type":"object","required":["symbol","tf","count","bars"],"properties":{"symbol":{"type":"string"},"tf":{"type":"string"},
 "count":{"type":"integer"},"bars":{"type":"array","items":{"type":"object","required":["time","open","high","low","close","volume"],"properties":{
  "time":{"type":"string","format":"date-time"},"open":{"type":"number"},"high":{"type":"number"},"low":{"type":"number"},
  "close":{"type":"number"},"volume":{"type":"number"}}}}}},
"Symbol":{"type":"object","required":["symbol","tables"],"properties":{"symbol":{"type":"string"},
 "tables":{"type":"object","additionalProperties":{"type":"array","items":{"type":"object"}}}}},
"Pipeline":{"type":"object","required":["pipeline","state","uptime_s","nodes","edges"],"properties":{"pipeline":{"type":"string"},
 "state":{"type":"string"},"uptime_s":{"type":"number"},
 "nodes":{"type":"array","items":{"type":"object","required":["node","type","kind"]}},
 "edges":{"type":"array","items":{"type":"object","required":["from","to","queued"]}}}},
"Document":{"type":"object","required":["openapi","paths"],"properties":{"openapi":{"type":"string"},"paths":{"type":"object"}}}
})";

void append_answer(std::string& out, std::string_view status, std::string_view doc,
                   std::string_view schema, bool csv) {
    append_json_text(out, status);
    out += ":{";
    append(out, "description", doc);
    out += ",\"content\":{\"application/json\":{\"schema\":{";
    append(out, "$ref", "#/components/schemas/" + std::string{schema});
    out += "}}";
    if (csv) {
        out += ",\"text/csv\":{\"schema\":{\"type\":\"string\"}}";
    }
    out += "}}";
}

}  // namespace

const std::vector<Api::Route>& Api::routes() {
    static const std::vector<Route> all = {
        {"/api/status",
         "The pipeline, its tables, and what pages should say of them",
         "Status",
         {},
         &Api::answer_status},
        {"/api/pipeline",
         "The nodes and queues of the run with their figures, as /status.json of the control plane",
         "Pipeline",
         {},
         &Api::answer_pipeline},
        {"/api/tables", "The tables and their columns", "Status", {}, &Api::answer_tables},
        {"/api/tables/{name}",
         "Rows of a table; further parameters compare columns: symbol=AAPL, close.gte=50 (.gt .lt "
         ".lte)",
         "Rows",
         {{"name", "string", "Of the table", true, true}},
         &Api::answer_table,
         {},
         true},
        {"/api/ticks/recent",
         "The newest minute bars of a symbol, the newest first",
         "Ticks",
         {{"symbol", "string", "In any case", true},
          {"since", "number", "Unix seconds; only bars that begin later"},
          {"limit", "integer", "1 to 1000; default 100"}},
         &Api::answer_ticks},
        {"/api/bars/{symbol}",
         "Candles of a symbol, the oldest first",
         "Bars",
         {{"symbol", "string", "", true, true},
          {"tf", "string", "1m (the default), 5m, 15m, 30m or 1h"},
          {"from", "string", "ISO 8601 or unix seconds; inclusive"},
          {"to", "string", "ISO 8601 or unix seconds; exclusive"},
          {"limit", "integer", "1 to 10000, the newest; default 1000"}},
         &Api::answer_bars},
        {"/api/symbols/{symbol}",
         "The newest row of a symbol in each table",
         "Symbol",
         {{"symbol", "string", "", true, true}},
         &Api::answer_symbol},
        {"/api/rankings",
         "Table `rankings`",
         "Rows",
         {{"metric", "string", "What is ranked by"},
          {"side", "string", "top or bottom"},
          {"k", "integer", "How many, as limit"}},
         &Api::answer_rankings,
         "rankings",
         true},
        {"/api/breadth", "Table `breadth`", "Rows", {}, &Api::answer_view, "breadth", true},
        {"/api/sectors", "Table `sectors`", "Rows", {}, &Api::answer_view, "sectors", true},
        {"/api/rotation", "Table `rotation`", "Rows", {}, &Api::answer_view, "rotation", true},
        {"/api/stages", "Table `stages`", "Rows", {}, &Api::answer_view, "stages", true},
        {"/api/sentiment", "Table `sentiment`", "Rows", {}, &Api::answer_view, "sentiment", true},
        {"/api/threshold-bars",
         "Table `threshold_bars`",
         "Rows",
         {},
         &Api::answer_view,
         "threshold_bars",
         true},
        {"/api/openapi.json", "This document", "Document", {}, &Api::answer_openapi}};
    return all;
}

std::string openapi() {
    std::string out =
        R"({"openapi":"3.0.3","info":{"title":"tsflow","version":"1","description":"What a running )"
        R"(pipeline holds. Read-only."},"paths":{)";
    bool first = true;
    for (const Api::Route& route : Api::routes()) {
        out += first ? "" : ",";
        first = false;
        append_json_text(out, route.path);
        out += ":{\"get\":{";
        append(out, "summary", route.summary);
        out += ",\"parameters\":[";
        std::vector<Parameter> parameters = route.parameters;
        if (route.rows) {
            parameters.insert(parameters.end(), row_parameters().begin(), row_parameters().end());
        }
        for (const Parameter& parameter : parameters) {
            out += &parameter == parameters.data() ? "" : ",";
            append_parameter(out, parameter);
        }
        out += "],\"responses\":{";
        append_answer(out, "200", "What was asked for", route.schema, route.rows);
        out += ',';
        append_answer(out, "400", "A parameter is wrong", "Error", false);
        out += ',';
        append_answer(out, "401", "The token is missing or wrong", "Error", false);
        out += ',';
        append_answer(out, "404", "There is no such thing", "Error", false);
        out += "}}}";
    }
    out += "},\"components\":{\"schemas\":";
    out += schemas;
    return out + "}}";
}

void Api::answer_openapi(const Call& call) const {
    call.done(json_answer(200, openapi()));
}

}  // namespace tsflow::http
