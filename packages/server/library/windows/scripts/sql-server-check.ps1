# Checks that an instance of SQL Server runs, accepts connections, and that all its databases are online.
# Changes nothing. It connects as the user who runs it.
# Facts: sqlServerHealthy (true or false), databasesNotOnline (separated by commas).
# Exit codes: 0 it is healthy, 1 it is not, 2 a parameter is wrong, 4 there is no such instance.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

function Stop-Script([int] $Code, [string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

function Read-Number([string] $Variable, [int] $Default, [int] $Least) {
    $text = [Environment]::GetEnvironmentVariable($Variable)
    if ([string]::IsNullOrEmpty($text)) { return $Default }
    $number = 0
    if (-not [int]::TryParse($text, [ref] $number) -or $number -lt $Least) {
        Stop-Script 2 "$Variable must be a number from $Least on, not '$text'"
    }
    return $number
}

$instance = [string] $env:PATCHBAY_INSTANCE
if ($instance -eq '') { $instance = 'MSSQLSERVER' }
$limit = Read-Number 'PATCHBAY_TIMEOUT_SECONDS' 30 1
if ($instance -notmatch '^[A-Za-z_][A-Za-z0-9_$]{0,15}$') { Stop-Script 2 "'$instance' is not the name of an instance" }

function Stop-Unhealthy([string] $Message) {
    Publish-Fact 'sqlServerHealthy' 'false'
    Stop-Script 1 $Message
}

if ($instance -eq 'MSSQLSERVER') { $serviceName = $instance; $source = 'localhost' }
else { $serviceName = 'MSSQL$' + $instance; $source = 'localhost\' + $instance }
$service = Get-Service | Where-Object { $_.Name -eq $serviceName } | Select-Object -First 1
if ($null -eq $service) { Stop-Script 4 "there is no instance '$instance'" }
if ($service.Status -ne 'Running') { Stop-Unhealthy "the service $serviceName is $($service.Status)" }

$offline = @()
$target = "Data Source=$source;Integrated Security=SSPI;Connect Timeout=$limit"
$connection = New-Object System.Data.SqlClient.SqlConnection $target
try {
    $connection.Open()
    $command = $connection.CreateCommand()
    $command.CommandTimeout = $limit
    # Databases that somebody took offline on purpose (6) do not count.
    $command.CommandText = 'select name, state_desc from sys.databases where state not in (0, 6) order by name'
    $reader = $command.ExecuteReader()
    while ($reader.Read()) {
        $offline += $reader.GetString(0)
        [Console]::Error.WriteLine("$($reader.GetString(0)) is $($reader.GetString(1))")
    }
    $reader.Close()
}
catch {
    Stop-Unhealthy "the instance does not answer: $($_.Exception.GetBaseException().Message)"
}
finally {
    $connection.Close()
}
Publish-Fact 'databasesNotOnline' ($offline -join ',')
if ($offline.Count -gt 0) { Stop-Unhealthy "$($offline.Count) databases are not online" }
Publish-Fact 'sqlServerHealthy' 'true'
Write-Output "The instance $instance answers, and its databases are online."
exit 0
