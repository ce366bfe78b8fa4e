#include "control/plane.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "control/open_metrics.hpp"
#include "control/tap_stream.hpp"
#include "runtime/make.hpp"
#include "runtime/metrics_json.hpp"
#include "tsflow/error.hpp"

namespace tsflow::control {
namespace {

constexpr const char* contents =
    "/metrics      figures for Prometheus\n"
    "/healthz      200 while no node has failed\n"
    "/readyz       200 while rows can flow\n"
    "/status.json  all figures\n"
    "/graph        the pipeline with its rates: ?format=svg|dot|mermaid\n"
    "/tap          rows that pass: ?port=NODE.PORT&where=EXPR&limit=N&rate=N&format=jsonl|table\n";

constexpr double usual_tap_rate = 1'000;
constexpr double most_tap_rate = 100'000;
constexpr std::size_t most_tapped_batches = 1'024;

/// What a request asks that cannot be done; the answer says it.
class BadRequest : public Error {
public:
    using Error::Error;
};

Answer text_answer(std::string text, std::string type = "text/plain; charset=utf-8") {
    Answer answer;
    answer.type = std::move(type);
    answer.body = std::move(text);
    return answer;
}

/// A number in a query; nothing when it is not there.
template <class Number>
std::optional<Number> number_of(const Request& request, const std::string& name, Number least,
                                Number most) {
    const auto found = request.query.find(name);
    if (found == request.query.end()) {
        return std::nullopt;
    }
    Number number{};
    const std::string& text = found->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < least ||
        number > most) {
        throw BadRequest{fmt::format("{}: expected a number from {} to {}; found '{}'", name, least,
                                     most, text)};
    }
    return number;
}

std::string_view text_of(const Request& request, const std::string& name,
                         std::string_view otherwise) {
    const auto found = request.query.find(name);
    return found == request.query.end() ? otherwise : std::string_view{found->second};
}

void refuse_other_names(const Request& request, const std::vector<std::string>& known) {
    for (const auto& [name, value] : request.query) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            const std::string near = nearest(name, known);
            throw BadRequest{fmt::format("there is no parameter '{}'{}", name,
                                         near.empty() ? "" : "; did you mean '" + near + "'?")};
        }
    }
}

struct PortPlace {
    std::size_t node = 0;
    std::size_t port = 0;
};

/// Finds `feed`, `feed.minute` or `sources.feed.minute` among the outputs of a plan.
PortPlace find_port(const Plan& plan, const std::string& text) {
    std::vector<std::string> known;
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
        const PlannedNode& node = plan.nodes[i];
        for (std::size_t port = 0; port < node.outputs.size(); ++port) {
            for (const std::string& name : {node.spec.id, node.spec.path}) {
                const std::string full = name + "." + node.outputs[port].name;
                if (text == full || (port == 0 && text == name)) {
                    return {i, port};
                }
                known.push_back(full);
                known.push_back(name);
            }
        }
    }
    const std::string near = nearest(text, known);
    throw BadRequest{text.empty()
                         ? "port: say which, as NODE or NODE.PORT"
                         : fmt::format("port: the pipeline has no output '{}'{}", text,
                                       near.empty() ? "" : "; did you mean '" + near + "'?")};
}

/// The pipeline's own transform `filter` as the tap's: what it says of a condition, it says here.
std::unique_ptr<Transform> make_filter(const Registry& registry, const std::string& where,
                                       const Port& port) {
    const RegisteredType* filter = registry.find("filter");
    if (filter == nullptr) {
        throw BadRequest{"where: it needs the plugin 'filter', which was not found"};
    }
    OptionProblems problems;
    OptionValues values;
    values["where"] = where;
    try {
        std::unique_ptr<Node> node = filter->type.make(values, problems);
        auto* transform = dynamic_cast<Transform*>(node.get());
        if (transform == nullptr) {
            throw Error("the plugin 'filter' is no transform");
        }
        static_cast<void>(node.release());
        std::unique_ptr<Transform> owner(transform);
        owner->bind({{"in", port.schema}});
        return owner;
    } catch (const Error& error) {
        throw BadRequest{fmt::format("where: {}", error.what())};
    }
}

}  // namespace

Plane::Plane(PlaneFacts facts) : facts_(std::move(facts)) {
    const ListenAddress& listen = facts_.plan.pipeline.control->listen;
    server_ = std::make_unique<Server>(listen,
                                       [this](const Request& request) { return answer(request); });
    facts_.log(Level::info, "", fmt::format("control: http://{}/", to_text(listen, port())));
}

Answer Plane::answer(const Request& request) {
    const ControlSpec& control = *facts_.plan.pipeline.control;
    const bool is_probe = request.path == "/healthz" || request.path == "/readyz";
    if (control.token.empty() && !names_this_machine(request.host)) {
        return error_answer(403, "the Host header must name this machine, such as 127.0.0.1");
    }
    if (!control.token.empty() && !is_probe && !holds_token(request.authorization, control.token)) {
        return error_answer(401, "this needs the header Authorization: Bearer TOKEN");
    }
    try {
        if (request.path == "/") {
            return text_answer(contents);
        }
        if (request.path == "/metrics") {
            return metrics(request);
        }
        if (is_probe) {
            return health(request.path == "/readyz");
        }
        if (request.path == "/status.json") {
            return text_answer(status_json(facts_.plan, facts_.version, facts_.run.snapshot()),
                               "application/json");
        }
        if (request.path == "/graph") {
            return graph(request);
        }
        if (request.path == "/tap") {
            return tap(request);
        }
    } catch (const BadRequest& bad) {
        return error_answer(400, bad.what());
    }
    return error_answer(404, "there is no such page; / lists all");
}

Answer Plane::metrics(const Request& request) {
    const Snapshot run = facts_.run.snapshot();
    const bool open = request.accept.find("application/openmetrics-text") != std::string::npos;
    const ScrapeFacts scrape{facts_.plan.pipeline.name, facts_.version, facts_.plan.fingerprint,
                             run.state == State::running || run.state == State::stopping, run.now};
    return text_answer(
        expose(run.metrics, scrape, open ? Exposition::open_metrics : Exposition::prometheus),
        open ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
             : "text/plain; version=0.0.4; charset=utf-8");
}

Answer Plane::health(bool ready) {
    const Snapshot run = facts_.run.snapshot();
    std::string failed;
    for (const NodeMetrics& node : run.metrics.nodes) {
        if (node.failed) {
            failed += (failed.empty() ? "" : ",") + json_string(node.path);
        }
    }
    const bool good = failed.empty() && (!ready || run.state == State::running);
    Answer answer;
    answer.status = good ? 200 : 503;
    answer.body = fmt::format("{{\"ok\":{},\"state\":\"{}\",\"failed\":[{}]}}\n", good,
                              to_string(run.state), failed);
    return answer;
}

Answer Plane::graph(const Request& request) {
    refuse_other_names(request, {"format"});
    const std::string_view format = text_of(request, "format", "svg");
    const DrawnFigures figures = drawn_figures(facts_.plan, facts_.run.snapshot());
    if (format == "svg") {
        return text_answer(draw(facts_.plan, GraphFormat::svg, figures), "image/svg+xml");
    }
    if (format == "dot") {
        return text_answer(draw(facts_.plan, GraphFormat::dot, figures));
    }
    if (format == "mermaid") {
        return text_answer(draw(facts_.plan, GraphFormat::mermaid, figures));
    }
    throw BadRequest{fmt::format("format: '{}' is none of svg, dot, mermaid", format)};
}

Answer Plane::tap(const Request& request) {
    refuse_other_names(request, {"port", "where", "limit", "rate", "format"});
    const PortPlace place = find_port(facts_.plan, std::string{text_of(request, "port", "")});
    const Port& port = facts_.plan.nodes[place.node].outputs[place.port];
    TapOptions options;
    options.limit = number_of<std::uint64_t>(request, "limit", 1, UINT64_MAX);
    options.rows_per_second =
        number_of<double>(request, "rate", 1, most_tap_rate).value_or(usual_tap_rate);
    const std::string_view format = text_of(request, "format", "jsonl");
    if (format != "jsonl" && format != "table") {
        throw BadRequest{fmt::format("format: '{}' is none of jsonl, table", format)};
    }
    options.format = format == "table" ? RowFormat::table : RowFormat::jsonl;
    std::unique_ptr<Transform> filter;
    if (const std::string_view where = text_of(request, "where", ""); !where.empty()) {
        filter = make_filter(facts_.registry, std::string{where}, port);
    }

    const auto tap = std::make_shared<Tap>(most_tapped_batches);
    auto release = facts_.run.add_tap(place.node, place.port, tap);
    if (!release) {
        return error_answer(503, "no run goes on now");
    }
    Answer answer;
    answer.type =
        options.format == RowFormat::table ? "text/plain; charset=utf-8" : "application/x-ndjson";
    answer.stream = std::make_unique<TapStream>(tap, port.schema, std::move(filter), options,
                                                facts_.run.ended(), *std::move(release));
    return answer;
}

}  // namespace tsflow::control
