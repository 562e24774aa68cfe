// A gRPC server in C++, for our client: server [CERTIFICATE KEY]. Prints its port.
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "interop.grpc.pb.h"

using google::protobuf::Int64Value;
using google::protobuf::StringValue;

static std::string read(const char* path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

class Implementation final : public Interop::Service {
  std::atomic<int64_t> cancelled_{0};

  grpc::Status echo(grpc::ServerContext*, const StringValue* in, StringValue* out) override {
    *out = *in;
    return grpc::Status::OK;
  }

  grpc::Status fail(grpc::ServerContext*, const StringValue* in, StringValue*) override {
    size_t space = in->value().find(' ');
    int code = std::stoi(in->value().substr(0, space));
    return grpc::Status(static_cast<grpc::StatusCode>(code), in->value().substr(space + 1));
  }

  grpc::Status sleep(grpc::ServerContext* context, const Int64Value* in, Int64Value* out) override {
    auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(in->value());
    while (std::chrono::steady_clock::now() < end) {
      if (context->IsCancelled()) {
        cancelled_++;
        return grpc::Status::CANCELLED;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    *out = *in;
    return grpc::Status::OK;
  }

  grpc::Status cancelled(grpc::ServerContext*, const Int64Value*, Int64Value* out) override {
    out->set_value(cancelled_);
    return grpc::Status::OK;
  }

  grpc::Status reflect(grpc::ServerContext* context, const StringValue* in, StringValue* out) override {
    for (const auto& entry : context->client_metadata()) {
      if (entry.first == "text" || entry.first == "data-bin") {
        context->AddTrailingMetadata(
            std::string(entry.first.data(), entry.first.size()),
            std::string(entry.second.data(), entry.second.size()));
      }
    }
    *out = *in;
    return grpc::Status::OK;
  }

  grpc::Status count(
      grpc::ServerContext*, const Int64Value* in, grpc::ServerWriter<Int64Value>* out) override {
    Int64Value next;
    for (int64_t i = 1; i <= in->value(); i++) {
      next.set_value(i);
      if (!out->Write(next)) {
        return grpc::Status::CANCELLED;
      }
    }
    return grpc::Status::OK;
  }

  grpc::Status total(
      grpc::ServerContext*, grpc::ServerReader<Int64Value>* in, Int64Value* out) override {
    Int64Value next;
    while (in->Read(&next)) {
      out->set_value(out->value() + next.value());
    }
    return grpc::Status::OK;
  }

  grpc::Status talk(
      grpc::ServerContext*, grpc::ServerReaderWriter<StringValue, StringValue>* both) override {
    StringValue next;
    while (both->Read(&next)) {
      next.set_value(next.value() + "!");
      both->Write(next);
    }
    return grpc::Status::OK;
  }
};

int main(int argc, char** argv) {
  std::shared_ptr<grpc::ServerCredentials> credentials = grpc::InsecureServerCredentials();
  if (argc > 2) {
    grpc::SslServerCredentialsOptions tls;
    tls.pem_key_cert_pairs.push_back({read(argv[2]), read(argv[1])});
    credentials = grpc::SslServerCredentials(tls);
  }
  Implementation service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.SetMaxReceiveMessageSize(12 << 20);
  builder.SetDefaultCompressionAlgorithm(GRPC_COMPRESS_GZIP);
  builder.AddListeningPort("127.0.0.1:0", credentials, &port);
  builder.RegisterService(&service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  std::cout << port << std::endl;
  server->Wait();
}
